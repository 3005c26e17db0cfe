import type { TransportRequest } from "../../provider/src/neuvector/ports";
import { createSession, parseJson, type Session } from "@fedjoin/provider/neuvector";
import { systemClock } from "@fedjoin/provider/system";
import fc from "fast-check";
import { toGoJson } from "@fedjoin/simulator";
import { hostile, richBodies } from "./richData";

/** What a controller answers, word for word, by path without its query. */
export type Texts = ReadonlyMap<string, string>;

/** Texts that stand in JSON as they are, and that no JavaScript value makes. */
const raw = ["1e400", "-1e400", "18446744073709551616", "-0", "1E-400", `${"[".repeat(3000)}${"]".repeat(3000)}`];
const mark = "\u0000raw:";

const odd: readonly unknown[] = [
  ...raw.map((_, index) => `${mark}${index}`),
  ...[null, true, "", " ", [], {}, [[]], [null], 0, -1, 1e308, 5e-324, 2 ** 53],
  ...[hostile, "\ud800", "\udfff", "\u0000", "\u2028", "NaN", "+Inf", "é", "e\u0301", "x".repeat(5_000)],
  JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":1},"toString":null,"length":-1}'),
];

const anything = fc.oneof(
  { arbitrary: fc.constantFrom(...odd), weight: 2 },
  fc.jsonValue({ stringUnit: "binary", maxDepth: 4 }),
);

interface Damage {
  /** Which of the answers, and which part of it, both counted round. */
  readonly answer: number;
  readonly part: number;
  /** What is done to that part. */
  readonly how: "replaced" | "removed" | "doubled" | "keyed" | "cut";
  readonly by: unknown;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  answer: fc.nat(),
  // The first part is the whole answer.
  part: fc.oneof(fc.nat(), fc.constant(0)),
  how: fc.constantFrom("replaced", "replaced", "removed", "doubled", "keyed", "cut"),
  by: anything,
});

const paths = [...richBodies().keys()].toSorted();

/** A rich cluster whose answers are damaged in a few places, up to any JSON in the place of a whole answer. */
export const damagedTexts: fc.Arbitrary<Texts> = fc.array(damage, { minLength: 1, maxLength: 8 }).map((damages) => {
  const texts = new Map([...richBodies()].map(([path, body]) => [path, toGoJson(body)]));
  for (const each of damages) {
    const path = paths[each.answer % paths.length] ?? "";
    texts.set(path, damaged(texts.get(path) ?? "", each));
  }
  return texts;
});

function damaged(text: string, { part, how, by }: Damage): string {
  if (how === "cut") return text.slice(0, part % text.length);
  const body = parseJson(text);
  // Cut before, or so deep that the next step would not come out again.
  if (body === undefined || text.includes("[".repeat(100))) return text;
  const root = [body];
  const places = placesIn(root);
  const place = places[part % places.length];
  if (place === undefined) return text;
  const { holder, key } = place;
  if (how === "removed") Reflect.deleteProperty(holder, key);
  else if (how === "doubled" && Array.isArray(holder)) holder.push(holder[Number(key)]);
  else Reflect.defineProperty(holder, how === "keyed" ? "__proto__" : key, valueOf(by));
  return JSON.stringify(root[0] ?? null).replace(/"\\u0000raw:(\d+)"/g, (_, index: string) => raw[Number(index)] ?? "");
}

const valueOf = (value: unknown): PropertyDescriptor => ({
  value,
  enumerable: true,
  configurable: true,
  writable: true,
});

interface Place {
  readonly holder: object;
  readonly key: string;
}

/** Every place in a JSON value where another value is, the outermost first. */
function placesIn(holder: object): Place[] {
  return Object.entries(holder).flatMap(([key, value]: [string, unknown]) => [
    { holder, key },
    ...(typeof value === "object" && value !== null ? placesIn(value) : []),
  ]);
}

/** A session with a controller that answers so; what it says of no path is 404. */
export function sessionWith(texts: Texts): Session {
  const send = ({ path, sink }: TransportRequest) => {
    const text = texts.get(path.replace(/\?.*/, ""));
    const reply = { status: text === undefined ? 404 : 200, headers: {}, body: text ?? "" };
    if (text === undefined || sink === undefined) return Promise.resolve(reply);
    return new Promise<typeof reply>((resolve) => {
      sink(Buffer.from(text));
      resolve({ ...reply, body: "" });
    });
  };
  const ports = { clock: systemClock, random: { below: () => 0 }, transport: { send }, log: () => undefined };
  return createSession(ports, { protocol: "https", server: "c", port: 10443, tls: {} }, { kind: "none" });
}
