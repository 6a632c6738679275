export { type LiveBoard, type LiveFigureView, type StopReason, showBoard, showFigure } from './live-board.ts';
export type { LiveOptions } from './options.ts';
export { showPicture } from './show-picture.ts';
export { textDisplay } from './text-display.ts';
