export {
  type LiveBoard,
  type LiveFigureView,
  type LiveOptions,
  type StopReason,
  showBoard,
  showFigure,
  showPicture,
  textDisplay,
} from './cell/index.ts';
export * from './figures/index.ts';
export { inKernel } from './in-kernel.ts';
export { boardToSvg, figureToSvg, type PictureSize } from './paint/svg.ts';
export { applyPatch, type Patch, type PatchOperation, patch } from './patch.ts';
