export {
  type ByteRange,
  compareBytes,
  type FileInfo,
  type Files,
  isUnfinished,
  type ListOptions,
} from './files.ts';
export { localFiles } from './local.ts';
export { memoryFiles } from './memory.ts';
export { below, openFiles } from './open.ts';
