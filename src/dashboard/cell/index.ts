export { type LiveBoard, type LiveOptions, type StopReason, showBoard } from './live-board.ts';
