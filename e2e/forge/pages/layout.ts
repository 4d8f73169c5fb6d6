import { escapeHtml } from "./escape";

/** The frame of every page: self-contained, light and dark, readable without anything else. */
export function layout(title: string, content: string, width = 720): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE.replaceAll("WIDTH", `${width}px`)}</style>
</head>
<body>
<header><a class="brand" href="/">${MARK}<span>Forge</span></a><span class="quiet">sandbox Git host</span></header>
<main>
${content}
</main>
</body>
</html>`;
}

export const MARK = `<svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" aria-hidden="true"><circle cx="6" cy="6" r="2.5"/><circle cx="6" cy="18" r="2.5"/><circle cx="18" cy="9" r="2.5"/><path d="M6 8.5v7M18 11.5c0 3-3 3.5-6 3.5-3.5 0-6-.5-6-.5"/></svg>`;

const STYLE = `
:root{--canvas:#f8f9fa;--surface:#fff;--line:#dfe2e6;--ink:#16191d;--ink2:#4c535c;--accent:#1f5fbf;--on:#fff;--ok:#1d6f42;--bad:#b3261e;--sunken:#eff1f3}
@media (prefers-color-scheme:dark){:root{--canvas:#0f1114;--surface:#17191d;--line:#2c3036;--ink:#f1f3f5;--ink2:#a9b0b9;--accent:#79b0ff;--on:#0f1114;--ok:#6fcf97;--bad:#ff8a80;--sunken:#0b0d0f}}
*{box-sizing:border-box}
body{margin:0;background:var(--canvas);color:var(--ink);font:14px/22px ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header{display:flex;gap:10px;align-items:center;padding:16px 20px;max-width:WIDTH;margin:0 auto}
.brand{display:flex;gap:8px;align-items:center;color:inherit;font-weight:600;text-decoration:none}
main{max-width:WIDTH;margin:0 auto;padding:12px 20px 64px}
h1{font-size:22px;line-height:30px;letter-spacing:-.02em;margin:0 0 6px}
h2{font-size:15px;margin:32px 0 10px}
p{margin:0 0 12px}
a{color:var(--accent)}
.quiet{color:var(--ink2)}
.card{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:20px;margin:16px 0}
.row{display:flex;gap:10px;align-items:flex-start;padding:10px 0;border-top:1px solid var(--line)}
.row:first-of-type{border-top:0}
.row img{border-radius:50%;flex:none}
.parties{display:flex;gap:12px;align-items:center;margin:8px 0 16px}
.parties span{display:grid;place-items:center;width:44px;height:44px;border-radius:12px;background:var(--surface);border:1px solid var(--line);font-weight:600}
.parties i{flex:none;width:40px;border-top:1px dashed var(--ink2)}
.row input{flex:none;margin:4px 0 0;width:16px;height:16px;accent-color:var(--accent)}
label b,code{font-weight:600}
code{font:13px/20px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--sunken);border-radius:4px;padding:1px 5px;overflow-wrap:anywhere;font-weight:400}
fieldset{border:0;margin:0 0 16px;padding:0}
legend{font-weight:600;padding:0;margin:0 0 4px}
.actions{display:flex;gap:10px;justify-content:flex-end;flex-wrap:wrap}
button{font:inherit;font-weight:500;min-height:36px;padding:6px 16px;border-radius:6px;border:1px solid var(--line);background:var(--surface);color:var(--ink);cursor:pointer}
button.primary{background:var(--ink);border-color:var(--ink);color:var(--on)}
button:focus-visible,a:focus-visible,input:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{width:100%;border-collapse:collapse;font-size:13px}
th{text-align:left;font-weight:500;color:var(--ink2)}
th,td{padding:7px 12px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
.scroll{overflow-x:auto}
.ok{color:var(--ok)}.bad{color:var(--bad)}
pre{background:var(--sunken);border-radius:8px;padding:12px;overflow-x:auto;font:13px/20px ui-monospace,Menlo,Consolas,monospace}
`;
