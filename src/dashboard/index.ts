export {
  type LiveBoard,
  type LiveFigureView,
  type LiveOptions,
  type StopReason,
  showBoard,
  showFigure,
  textDisplay,
} from './cell/index.ts';
export * from './figures/index.ts';
export { inKernel } from './in-kernel.ts';
export { applyPatch, type Patch, type PatchOperation, patch } from './patch.ts';
