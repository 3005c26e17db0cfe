import type { ExpositionFormat } from "../../exporter/src/scrape/exposition";

/** One line with a value. */
export interface ParsedSample {
  readonly name: string;
  /** As Prometheus keeps them: an empty label is none. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: ParsedSample[];
}

const metricName = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const number = String.raw`[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN`;
const meta = new RegExp(`^# (HELP|TYPE) (${metricName}) (.*)$`, "s");
const sample = new RegExp(`^(${metricName})(?:\\{(.*)\\})? (${number})$`, "s");
const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=.)|$)/s;
const types = ["counter", "gauge", "histogram", "summary", "info", "stateset", "unknown", "untyped"];

/**
 * The samples of an exposition, stricter than Prometheus itself reads one: every family has HELP and TYPE before its
 * samples, once and in one place; no series comes twice; every line ends; every character is Unicode.
 * @throws Error that names the first line that is wrong.
 */
export function parseExposition(text: string, format: ExpositionFormat): ParsedSample[] {
  if (Buffer.from(text).toString() !== text) throw new Error("a character is half of a pair");
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("the last line does not end");
  if (format === "openmetrics" && lines.pop() !== "# EOF") throw new Error("the end mark is missing");
  const families = new Map<string, Family>();
  const series = new Set<string>();
  let help: { readonly name: string; readonly text: string } | undefined;
  let family: Family | undefined;
  lines.forEach((line, index) => {
    const fail = (why: string): Error => new Error(`line ${index + 1}: ${why}: ${line}`);
    const [, kind, of = "", rest = ""] = meta.exec(line) ?? [];
    if (kind === "HELP") {
      if (families.has(of)) throw fail("a family in two places");
      if (!/^(?:[^\\]|\\[\\n"])+$/.test(rest)) throw fail("no help, or a wrong escape");
      help = { name: of, text: rest };
      return;
    }
    if (kind === "TYPE") {
      if (help?.name !== of) throw fail("TYPE without HELP before it");
      if (!types.includes(rest)) throw fail("unknown type");
      if (family?.samples.length === 0) throw fail("the family before has no samples");
      family = { name: of, type: rest, help: help.text, samples: [] };
      families.set(of, family);
      return;
    }
    const [, name = "", inner = "", value = ""] = sample.exec(line) ?? [];
    if (name === "") throw fail("neither HELP, TYPE nor a sample");
    if (family === undefined || !belongs(name, family, format)) throw fail("a sample outside its family");
    const labels = parseLabels(inner, fail);
    const key = name + JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    if (series.has(key)) throw fail("a series twice");
    series.add(key);
    family.samples.push({ name, labels, value: Number(value.replace("Inf", "Infinity")) });
  });
  if (family?.samples.length === 0) throw new Error("the last family has no samples");
  return [...families.values()].flatMap(({ samples }) => samples);
}

function belongs(name: string, { name: family, type }: Family, format: ExpositionFormat): boolean {
  if (type === "histogram") return ["_bucket", "_sum", "_count"].some((suffix) => name === family + suffix);
  if (type === "summary") return ["", "_sum", "_count"].some((suffix) => name === family + suffix);
  return name === (type === "counter" && format === "openmetrics" ? `${family}_total` : family);
}

function parseLabels(text: string, fail: (why: string) => Error): Record<string, string> {
  const labels = new Map<string, string>();
  let rest = text;
  while (rest !== "") {
    const [whole, name = "", value = ""] = label.exec(rest) ?? [];
    if (whole === undefined) throw fail("a label that is none");
    if (labels.has(name)) throw fail("a label twice");
    labels.set(
      name,
      value.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped)),
    );
    rest = rest.slice(whole.length);
  }
  return Object.fromEntries([...labels].filter(([, value]) => value !== ""));
}
