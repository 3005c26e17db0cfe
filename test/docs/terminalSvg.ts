/** Colours on a dark background, with a contrast of at least 4.5 to 1. */
const classes: ReadonlyMap<string, string> = new Map([
  ["1", "bold"],
  ["2", "dim"],
  ["31", "red"],
  ["32", "green"],
  ["33", "yellow"],
  ["36", "cyan"],
]);
const ends = new Set(["0", "22", "39"]);

const style = `
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #d4d7dd; white-space: pre; }
.bold { font-weight: bold; fill: #ffffff; } .dim { fill: #8f96a3; } .red { fill: #ff7b72; }
.green { fill: #56d364; } .yellow { fill: #e3b341; } .cyan { fill: #76e3ea; }`;

const size = { line: 19, column: 8.43, padding: 18 };

const code = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`);

/** Draws what a terminal of 80 columns shows as SVG. Of the escape sequences, it knows the colours of the demo. */
export function terminalSvg(output: string, title: string): string {
  const lines = output.trim().split("\n");
  const width = Math.ceil(80 * size.column + 2 * size.padding);
  const height = lines.length * size.line + 2 * size.padding;
  const rows = lines.map((line, index) => {
    const y = size.padding + (index + 0.75) * size.line;
    return `<text x="${size.padding}" y="${y}" xml:space="preserve">${spans(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    `<rect width="100%" height="100%" rx="8" fill="#161b22"/>`,
    ...rows,
    "</svg>",
    "",
  ].join("\n");
}

/** The lines of text in such an SVG. */
export function terminalText(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, row = ""]) =>
    row.replace(/<[^>]*>/g, "").replace(/&(amp|lt|gt);/g, (_, name: string) => entities.get(name) ?? ""),
  );
}

const entities: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
]);

function spans(line: string): string {
  const [first = "", ...parts] = line.split(code);
  let current: string | undefined;
  let result = escaped(first);
  for (let index = 0; index < parts.length; index += 2) {
    const [number = "", text = ""] = [parts[index], parts[index + 1]];
    current = ends.has(number) ? undefined : (classes.get(number) ?? current);
    if (text !== "")
      result += current === undefined ? escaped(text) : `<tspan class="${current}">${escaped(text)}</tspan>`;
  }
  return result;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
