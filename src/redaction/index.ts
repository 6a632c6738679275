export { forgetSecret, isSensitiveName, keepSecret, MASK, redact } from './redact.ts';
