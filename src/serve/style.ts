import { STYLE } from '../dashboard/page/style.ts';

/** The page's own: what lies around the board. Its colours are the board's themes'. */
const FRAME = `
:root{--paper:#fff;--ink:#1d2430;--muted:#566070;--line:#d5d9e0;--ground:#eef0f3;--accent:#2f5fd0}
:root[data-theme=dark]{--paper:#161b24;--ink:#e6e9ef;--muted:#a3adbb;--line:#39414f;--ground:#0d1117;--accent:#8fb0ff}
*{box-sizing:border-box}
html{background:var(--ground)}
body{margin:0;padding:10px;background:var(--ground);color:var(--ink);font:14px/20px system-ui,-apple-system,"Segoe UI",sans-serif}
.cb-controls{display:flex;flex-wrap:wrap;gap:8px 18px;align-items:center;margin:0 2px 10px}
.cb-controls [role=group]{display:flex;flex-wrap:wrap;gap:6px;align-items:center}
.cb-controls label{display:flex;gap:6px;align-items:center;color:var(--muted)}
.cb-brand{margin:0 auto 0 0;font-size:14px;line-height:20px;font-weight:700;letter-spacing:.01em}
.cb-controls select,.cb-controls button,.cb-controls a{font:inherit;color:var(--ink);background:var(--paper);
 border:1px solid var(--line);border-radius:6px;padding:5px 10px;min-height:32px;text-decoration:none;cursor:pointer}
.cb-controls a{display:inline-flex;align-items:center}
.cb-controls button:hover,.cb-controls a:hover,.cb-controls select:hover{border-color:var(--accent)}
.cb-controls button:disabled{color:var(--muted);cursor:default;border-color:var(--line)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
main{outline:none}
main[aria-busy=true]{opacity:.6}
#announcement:not(.cb-unseen){position:fixed;left:10px;right:10px;bottom:10px;margin:0;padding:10px 14px;border-radius:6px;
 background:#8f1d1d;color:#fff}
.cb-unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.cb-skip{position:absolute;left:-999px;top:8px;padding:6px 10px;background:var(--paper);color:var(--ink);z-index:10}
.cb-skip:focus{left:8px}
@media (max-width:640px){
 body{padding:6px}
 .cb-brand{flex-basis:100%}
 .cb-controls{gap:8px 10px}
 .cb-controls select,.cb-controls button,.cb-controls a{min-height:40px}
 .cb-wide{order:-1}
 .cb-title{white-space:normal}
 .cb-bar{flex-wrap:wrap;height:auto;padding-top:6px;padding-bottom:6px;gap:4px 10px}
}
@media (prefers-reduced-motion:no-preference){main{transition:opacity .15s}}
`;

export const PAGE_STYLE = STYLE + FRAME;
