export const STYLE = `
.cb-board{font:13px/1.4 system-ui,sans-serif;container-type:inline-size;border:1px solid #8884;border-radius:8px;overflow:hidden}
.cb-bar{display:flex;gap:12px;align-items:center;padding:8px 12px}
.cb-title{font-weight:600;flex:1}
.cb-grid{display:grid;grid-template-columns:repeat(1,minmax(0,1fr));gap:1px}
.cb-panel{position:relative;height:280px;contain:strict}
.cb-wide{grid-column:1/-1;height:420px}
.cb-plot{position:absolute;inset:0}
.cb-layer{position:absolute;left:0;top:0;width:100%;height:100%;pointer-events:none}
.cb-plot .cartesianlayer .plot,.cb-plot .pielayer{opacity:0}
@container (min-width:640px){.cb-grid{grid-template-columns:repeat(2,minmax(0,1fr))}}
@container (min-width:980px){.cb-grid{grid-template-columns:repeat(3,minmax(0,1fr))}}
`;
