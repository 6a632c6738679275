export type { ServeOptions } from './options.ts';
export { serveRun } from './run-source.ts';
export type { PageServer } from './server.ts';
