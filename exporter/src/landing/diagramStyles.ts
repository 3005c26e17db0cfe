/**
 * The style sheet of the diagram. On a narrow page a tree with its trunk at the left; on wider ones rows of two or four
 * cards, with the trunk in the gap in the middle. Every line is a border of a pseudo-element: `li::before` the piece of
 * the trunk or of a row's rail, `li::after` the branch to the card, `.card::before` the trunk beside a row.
 */
export const diagramStyles = `
.diagram,.members,.names{list-style:none;margin:0;padding:0}
.diagram{--gap:1rem;--line-width:2px;margin:1.5rem 0 .25rem}
.card{display:flex;align-items:center;gap:.75rem;padding:.5rem .75rem;background:var(--card);border:1.5px solid var(--line);border-radius:8px;color:var(--text)}
.card>div{flex:1;min-width:0}
.card .icon{flex:none}
.card.this{border:2px solid var(--link)}
.old .card{border-style:dashed}
.name{display:block;margin:0;font-size:.84375rem;font-weight:600;line-height:1.4;text-align:left;overflow-wrap:anywhere}
.facts{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:.125rem .5rem;margin:0;max-width:none;line-height:1.4}
.card .status{min-width:0;font-size:.78125rem;font-weight:500;overflow-wrap:anywhere}
.pill{padding:.125em .75em;border-radius:1em;background:var(--link);color:var(--surface);font-size:.6875rem;font-weight:600;line-height:1.4}
.members>li,.members>li::before,.members>li::after{border:0 solid var(--wire)}
.members>li{position:relative;padding-top:.625rem}
.members>li::before,.members>li::after{content:"";position:absolute}
.members>li::after{border-color:currentColor}
.members>.critical::after{border-style:dotted}
.members>.unknown::after,.members>.warning::after{border-style:dashed}
.group>.card{align-items:flex-start}
.group>.card>.icon{margin-top:.125rem}
.names{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,10rem),1fr));gap:.25rem .75rem}
.group .names{margin-top:.5rem}
.names li{display:flex;gap:.375rem;align-items:baseline;font-size:.78125rem;line-height:1.4;overflow-wrap:anywhere;min-width:0}
.names bdi{min-width:0}
.names .icon{position:relative;top:.125em}
.marks{max-width:none;margin-top:.375rem;font-size:1rem;line-height:1.125rem;letter-spacing:.25rem;word-break:break-all;user-select:none;font-family:"DejaVu Sans","Segoe UI Symbol","Apple Symbols",sans-serif}
@media (forced-colors:active){.pill{border:1px solid;background:none;color:var(--text)}}
@media (max-width:41.99rem){
.members{padding-left:1.375rem}
.members>li::before{left:-.875rem;top:0;bottom:0;border-left-width:var(--line-width)}
.members>li:last-child::before{bottom:calc(50% - .3125rem - 1px)}
.members>li::after{left:-.875rem;width:.875rem;top:calc(50% + .3125rem - 1px);border-top-width:var(--line-width)}
.members>.group:last-child::before{bottom:auto;height:1.875rem}
.members>.group::after{top:1.875rem}
}
@media (min-width:42rem){
.diagram>li>.card{width:18.75rem;max-width:100%;margin:0 auto}
.members{position:relative;display:flex;flex-wrap:wrap;justify-content:center;column-gap:var(--gap)}
.members.grouped{justify-content:flex-start}
.members>li{display:flex;flex-direction:column;padding-top:1.75rem}
.members>li>.card{flex:1}
.members::before,.single>.card::before{content:"";position:absolute;border-left:var(--line-width) solid var(--wire)}
.members::before{top:0;height:.875rem;left:calc(50% - 1px)}
.members>li::before{top:.875rem;left:calc(-1*var(--gap));right:0;border-top-width:var(--line-width)}
.members>li::after{top:.875rem;height:.875rem;left:calc(50% - 1px);border-left-width:var(--line-width)}
.single>.card::before{display:none;top:.875rem;bottom:-.875rem;right:calc(-.5*var(--gap) - 1px)}
.members>.group{width:100%}
.members>.group::before{top:0;height:.875rem;left:calc(50% - 1px);right:auto;border-width:0 0 0 var(--line-width)}
}
@media (min-width:42rem) and (max-width:62.49rem){${rowStyles(2)}}
@media (min-width:62.5rem){${rowStyles(4)}}
`;

/** Where rail and trunk begin and end in rows of so many cards. */
function rowStyles(columns: 2 | 4): string {
  const middle = columns / 2;
  const column = (index: number): string => `.single:nth-child(${columns}n+${index})`;
  const toTrunk = (index: number): string => `calc(-${middle - index}*100% - ${middle - index + 0.5}*var(--gap) - 1px)`;
  const beforeTrunk = Array.from({ length: middle }, (_, index) => index + 1);
  return `
.single{width:calc((100% - ${columns - 1}*var(--gap))/${columns})}
${column(1)}::before{left:calc(50% - 1px)}
${column(columns)}::before,.single:last-child::before,.single:has(+.group)::before{right:calc(50% - 1px)}
${beforeTrunk.map((index) => `${column(index)}:has(+.group)::before{right:${toTrunk(index)}}`).join("\n")}
${beforeTrunk.map((index) => `${column(index)}:has(+.group)>.card::before{display:block;right:${toTrunk(index)}}`).join("\n")}
${column(middle)}:nth-last-child(n+${middle + 2})>.card::before,.grouped>${column(middle)}>.card::before{display:block}
`;
}
