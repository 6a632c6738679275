export { completionCommand } from './command.ts';
export { bashCompletion, zshCompletion } from './scripts.ts';
