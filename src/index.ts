/** All that a notebook or a script imports: `import { … } from 'candlebook'`. */
export * from './market/index.ts';
