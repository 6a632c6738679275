import { BOARD } from '../paint/board.ts';

const { pad, gap, bar, panel, wide } = BOARD;

/** Sizes are the painter's, so that the picture that stays looks like the board that was. */
export const STYLE = `
.cb-board{--cb-paper:#fff;--cb-ink:#222;--cb-muted:#667;--cb-line:#e2e4e8;--cb-ground:#f5f6f8;
 font-size:12px;line-height:18px;color:var(--cb-ink);background:var(--cb-ground);border:1px solid var(--cb-line);
 border-radius:8px;overflow:hidden;margin:2px 0;contain:layout style paint;-webkit-font-smoothing:antialiased}
.cb-board [hidden]{display:none!important}
.cb-bar{display:flex;gap:12px;align-items:center;height:${bar}px;box-sizing:border-box;padding:0 ${pad}px 0 ${pad + 4}px;
 background:var(--cb-paper);border-bottom:1px solid var(--cb-line)}
.cb-title{font-size:16px;font-weight:700;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.cb-badge{flex:none;font-size:10px;font-weight:700;line-height:18px;padding:0 6px;border-radius:3px;letter-spacing:.02em}
.cb-space{flex:1}
.cb-ticks{color:var(--cb-muted);font-variant-numeric:tabular-nums;white-space:nowrap;flex:none;min-width:9em;text-align:right;contain:layout style}
.cb-light{display:flex;flex:none;align-items:center;gap:6px;white-space:nowrap}
.cb-light i{width:8px;height:8px;border-radius:50%;background:#8a94a0}
.cb-board[data-state=live] .cb-light i{background:#12a594;box-shadow:0 0 0 3px #12a59433}
.cb-board[data-state=away] .cb-light i{background:#c8321c;box-shadow:0 0 0 3px #c8321c33}
.cb-board[data-state=reconnecting] .cb-light i,.cb-board[data-state=waiting] .cb-light i{background:#e5a000}
.cb-stop{display:flex;align-items:center;gap:6px;font:inherit;font-weight:600;color:var(--cb-ink);background:var(--cb-paper);
 border:1px solid var(--cb-line);border-radius:6px;padding:4px 12px 4px 10px;cursor:pointer}
.cb-stop i{width:9px;height:9px;border-radius:2px;background:#c8321c}
.cb-stop:hover{border-color:#c8321c;color:#c8321c}
.cb-stop:focus-visible{outline:2px solid #3a62c4;outline-offset:1px}
.cb-stop:disabled{opacity:.5;cursor:default}
.cb-grid{display:grid;gap:${gap}px;padding:${pad}px ${pad}px ${gap}px;transition:opacity .3s}
.cb-board:is([data-state=away],[data-state=reconnecting]) .cb-grid{opacity:.5;transition-delay:2s}
.cb-panel{position:relative;height:${panel}px;box-sizing:border-box;contain:strict;background:var(--cb-paper);box-shadow:0 0 0 1px var(--cb-line)}
.cb-wide,.cb-single{grid-column:1/-1;height:${wide}px}
.cb-plot{position:absolute;inset:0}
.cb-layer{position:absolute;left:0;top:0;width:100%;height:100%;pointer-events:none}
.cb-plot .cartesianlayer .plot,.cb-plot .cartesianlayer .overplot,.cb-plot .pielayer,.cb-plot .shapelayer,.cb-plot .table-container,
.cb-plot .infolayer .annotation,.cb-plot .infolayer .g-gtitle{opacity:0!important}
.cb-plot .modebar{right:92px!important}
@media (hover:none) and (pointer:coarse){.cb-plot .modebar{display:none}}
.cb-footer{display:flex;flex-wrap:wrap;gap:2px 24px;padding:4px ${pad + 2}px 8px;color:var(--cb-muted)}
.cb-footer b{color:var(--cb-ink);font-variant-numeric:tabular-nums}
.cb-text{padding:0 ${pad + 2}px ${pad}px;color:var(--cb-muted)}
.cb-text p{margin:0;font-size:12px;line-height:18px}
.cb-text b{color:var(--cb-ink)}
`;
