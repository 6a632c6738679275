export { type Connection, checkExchange, connect, type ExchangeCheck } from './exchange.ts';
export { fetchTickers, openFeed } from './feed.ts';
export { goldBoard } from './gold-board.ts';
export { boardAt } from './past.ts';
export {
  type ChartChoice,
  type DashboardRun,
  type OpenChart,
  type RunOptions,
  startDashboard,
} from './run.ts';
export type { EndedBy, RunSummary } from './summary.ts';
