import type { TransportRequest } from "../../provider/src/neuvector/ports";
import { createSession, type Session } from "@fedjoin/provider/internal/neuvector";
import { systemClock } from "@fedjoin/provider/internal/system";
import fc from "fast-check";
import { toGoJson } from "@fedjoin/simulator";
import { damage, damageJson } from "./damagedJson";
import { richBodies } from "./richData";

/** What a controller answers, word for word, by path without its query. */
export type Texts = ReadonlyMap<string, string>;

const paths = [...richBodies().keys()].toSorted();

/** A rich cluster whose answers are damaged in a few places, up to any JSON in the place of a whole answer. */
export const damagedTexts: fc.Arbitrary<Texts> = fc
  .array(fc.record({ path: fc.constantFrom(...paths), damage }), { minLength: 1, maxLength: 8 })
  .map((damages) => {
    const texts = new Map([...richBodies()].map(([path, body]) => [path, toGoJson(body)]));
    for (const each of damages) texts.set(each.path, damageJson(texts.get(each.path) ?? "", each.damage));
    return texts;
  });

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
