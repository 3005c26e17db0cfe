import { createHash } from "node:crypto";
import { diagramStyles } from "./diagramStyles";
import { rawHtml } from "./html";
import { dark, forced, light, type Palette } from "./palette";
import { severities } from "./severity";

const variables = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");

/** The style sheet of the page. Severities are class names. */
export const stylesheet = `
:root{color-scheme:light dark;${variables(light)}}
@media (prefers-color-scheme:dark){:root{${variables(dark)}}}
@media (forced-colors:active){:root{${variables(forced)}}}
*{box-sizing:border-box}
html{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Open Sans",sans-serif;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text)}
header,main,footer{max-width:70.5rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.25rem}
h1{margin:0;font-size:1.75rem;line-height:1.2;font-weight:650;letter-spacing:-.015em}
h2{margin:0;font-size:1.1875rem;line-height:1.3;font-weight:650;letter-spacing:-.005em}
p{margin:.5rem 0 0;max-width:46rem;overflow-wrap:anywhere}
a{color:var(--link);text-underline-offset:.2em;text-decoration-thickness:1px}
a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:3px;border-radius:3px}
code{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
.muted,time,footer{color:var(--muted)}
.version{color:var(--muted);margin-top:.25rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:1rem 0 0;padding:0}
nav a{display:inline-block;padding:.25rem 0}
section{background:var(--surface);border:1px solid var(--line);border-radius:12px;margin:1.25rem 0;padding:1.5rem}
.summary{padding:1.25rem 1.5rem}
.summary h2{font-size:1.375rem}
.summary h2 .icon{width:1.25rem;height:1.25rem}
.about{display:flex;flex-wrap:wrap;gap:.75rem 2.5rem;margin:1rem 0 0}
.about div{min-width:0}
dt{font-size:.8125rem;color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
.state{display:inline-flex;align-items:baseline;gap:.5em;max-width:100%}
.state>span{min-width:0;overflow-wrap:anywhere}
.state .icon{flex:none;position:relative;top:.125em}
.icon{width:1em;height:1em}
${severities.map((severity) => `.${severity}{color:var(--${severity})}`).join("\n")}
h2 .state>span,dd .state>span,.counts .state>span{color:var(--text)}
.icons{position:absolute}
.cut{fill:none;stroke:var(--surface);stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.outline{fill:none;stroke:currentColor;stroke-width:1.8}
.counts{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.75rem 0 0;padding:0}
${diagramStyles}.state time{color:inherit}
details{margin-top:1rem}
summary{cursor:pointer;color:var(--link);width:fit-content}
table{width:100%;table-layout:fixed;border-collapse:collapse;margin-top:1rem;font-size:.9375rem}
caption{text-align:left;color:var(--muted);font-size:.8125rem;padding-bottom:.25rem}
th,td{text-align:left;vertical-align:baseline;padding:.4375rem .75rem .4375rem 0;border-bottom:1px solid var(--line);overflow-wrap:break-word;font-weight:400}
thead th{font-size:.8125rem;color:var(--muted)}
tr:last-child>*{border-bottom:0}
th:last-child,td:last-child{padding-right:0}
.number{text-align:right;font-variant-numeric:tabular-nums}
tbody th{font-weight:500}
.collector{width:36%}
.result{width:26%}
.address,.meaning,.reason{display:block;color:var(--muted);font-size:.8125rem}
.tag{color:var(--link);font-size:.8125rem;font-weight:600;white-space:nowrap}
.reasons{margin:1rem 0 0}
.reasons dt{margin-top:.75rem}
.steps{list-style:none;margin:1rem 0 0;padding:0 0 0 1rem;border-left:2px solid var(--line)}
.steps li{margin-top:.5rem;overflow-wrap:anywhere}
.steps li:first-child{margin-top:0}
.steps time{display:block;font-size:.8125rem}
footer{padding-bottom:2.5rem;font-size:.8125rem}
@media (max-width:30rem){
header,main,footer{padding-left:.75rem;padding-right:.75rem}
header{padding-top:1.5rem}
section,.summary{padding:1.125rem 1rem}
h1{font-size:1.5rem}
table{font-size:.8125rem}
.collector{width:31%}
.result{width:30%}
th,td{padding-right:.5rem}
thead th{font-size:.75rem}
}
@media print{section{break-inside:avoid}details>*{display:revert}}
`;

/** The style element. Its content must match the hash in the policy exactly. */
export const styleElement = rawHtml(`<style>${stylesheet}</style>`);

/** The Content-Security-Policy source that allows only this style sheet. */
export const stylesheetSource = `'sha256-${createHash("sha256").update(stylesheet).digest("base64")}'`;
