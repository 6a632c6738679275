export { asUrl } from './address.ts';
export { asDuration } from './duration.ts';
export { wholeNumber } from './number.ts';
export { asPairs } from './pairs.ts';
export { asTime } from './time.ts';
