import type { Mount, Tick } from '../wire.ts';
import { type BoardSurroundings, BoardView } from './board.ts';
import { KernelChannel, pageConfig } from './jupyter.ts';
import { loadPlotly } from './library.ts';
import { STYLE } from './style.ts';

/** The page's one global: what the scripts of the outputs call. */
interface PageGlobal {
  boards?: Map<string, BoardView>;
  mount?: (script: HTMLOrSVGScriptElement | null, mount: Mount) => void;
  tick?: (tick: Tick) => void;
  /** Ticks that came before this script. */
  early?: Tick[];
}

declare global {
  interface Window {
    __candlebook?: PageGlobal;
  }
}

function surroundings({ kernel, state }: Mount): BoardSurroundings {
  const config = pageConfig();
  return {
    link: config && kernel && state !== 'stopped' ? new KernelChannel(config, kernel) : undefined,
    fromFile: true,
    library: (askInline) => loadPlotly(config, kernel, askInline),
  };
}

/** A day of running cells again must not pile up boards whose place a picture or another board has taken. */
function forgetGone(boards: Map<string, BoardView>): void {
  for (const [id, view] of boards) {
    if (!view.gone) continue;
    view.close();
    boards.delete(id);
  }
}

function start(): void {
  window.__candlebook ??= {};
  const page = window.__candlebook;
  if (page.mount) return;
  const boards = new Map<string, BoardView>();
  page.boards = boards;

  page.tick = (tick) => {
    const view = boards.get(tick.board);
    if (view) view.accept(tick);
    // A tick of an output holds all that came before it.
    else page.early = [...(page.early ?? []).filter(({ board }) => board !== tick.board), tick];
  };

  page.mount = (script, mount) => {
    if (!document.querySelector('style[data-candlebook]')) {
      const style = document.createElement('style');
      style.dataset.candlebook = '';
      style.textContent = STYLE;
      document.head.append(style);
    }
    const host = script?.parentElement?.querySelector<HTMLElement>(`[data-candlebook="${mount.board}"]`);
    if (!host) return;
    forgetGone(boards);
    let view = boards.get(mount.board);
    if (!view) {
      view = new BoardView(mount, surroundings(mount));
      boards.set(mount.board, view);
    } else view.remount(mount);
    host.replaceChildren(view.root);
    view.placed();
    const early = (page.early ?? []).filter((tick) => tick.board === mount.board);
    page.early = (page.early ?? []).filter((tick) => tick.board !== mount.board);
    for (const tick of early) view.accept(tick);
  };
}

start();
