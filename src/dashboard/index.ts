export { type LiveBoard, type LiveOptions, type StopReason, showBoard } from './cell/index.ts';
export * from './figures/index.ts';
export { inKernel } from './in-kernel.ts';
