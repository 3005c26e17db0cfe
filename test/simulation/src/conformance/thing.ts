import type { DynamicLifecycle } from "../engine/dynamicProvider";
import { unknownValue } from "../engine/provider";

export const thingType = "pulumi-nodejs:dynamic/conformance:Thing";

/** What the engine keeps of the provider's code. */
export const thingProvider = 'exports.handler = () => require("./thingProcess.js").lifecycle;';

export type Method = "check" | "diff" | "create" | "read" | "update" | "delete";

/** What a run does to the things with a key. */
export interface Script {
  /** The call that fails, or during which Ctrl-C is pressed, or the engine and everything it started is killed. */
  readonly fault?: Fault;
  /** Keys of things that are gone. */
  readonly gone: readonly string[];
  /** Keys of things whose value somebody changed. */
  readonly drifted: readonly string[];
}

export interface Fault {
  readonly method: Method;
  readonly key: string;
  readonly kind:
    "fails" | "fails and hangs" | "leaves half" | "is interrupted" | "is killed before" | "is killed after";
}

/** A call of the provider; `olds` are inputs in a check, else outputs. */
export interface Call {
  readonly method: Method;
  readonly id?: string;
  readonly olds?: unknown;
  readonly news?: unknown;
}

/** The key of the thing that a call is about. */
export const keyOf = ({ olds, news }: Call): string =>
  text((news as Values | undefined)?.["key"] ?? (olds as Values | undefined)?.["key"]);

export interface ThingWorld {
  readonly script: Script;
  record(call: Call): void;
  /** How often a thing with the key was created, this time included. */
  count(key: string): number;
  kill(): Promise<never>;
  /** Sends Ctrl-C to the engine; resolves when it has got it. */
  interrupt(): Promise<void>;
  /** Sends Ctrl-C to the engine once it has had time for all that it still does. */
  interruptLater(): void;
}

type Values = Readonly<Record<string, unknown>>;

/** A resource that does what its inputs and the script say; it behaves the same under the model and under the real engine. */
export function createThing(world: ThingWorld): DynamicLifecycle {
  const meet = async (call: Call, props: Values, effect: () => { id: string; outs: Values }) => {
    const { fault } = world.script;
    world.record(call);
    const hits = fault?.method === call.method && fault.key === props["key"];
    if (hits && fault.kind === "is killed before") return world.kill();
    if (hits && fault.kind === "fails and hangs") world.interruptLater();
    if (hits && fault.kind.startsWith("fails")) throw new Error(`${call.method} of ${fault.key} fails`);
    if (hits && fault.kind === "is interrupted") await world.interrupt();
    const made = effect();
    if (hits && fault.kind === "is killed after") return world.kill();
    if (hits && fault.kind === "leaves half") {
      const { id, outs } = made;
      throw Object.assign(new Error("half"), { id, properties: outs, reasons: ["half"] });
    }
    return made;
  };
  return {
    async check(olds, news) {
      const isBad = news["isBad"] === true;
      await meet({ method: "check", olds: known(olds), news: known(news) }, news, nothing);
      return { inputs: news, failures: isBad ? [{ property: "isBad", reason: "is true" }] : [] };
    },
    async diff(id, olds, news) {
      await meet({ method: "diff", id, olds: known(olds), news: known(news) }, news, nothing);
      const isDifferent = ["value", "other", "reference"].filter((key) => olds[key] !== news[key]);
      return {
        ...(news["cannotTell"] === true ? {} : { changes: isDifferent.length > 0 }),
        replaces: isDifferent.filter((key) => key !== "other" && news["replaces"] === true),
        deleteBeforeReplace: news["deletesFirst"] === true,
      };
    },
    create: (news) =>
      meet({ method: "create", news: known(news) }, news, () => {
        const id = `${text(news["key"])}-${world.count(text(news["key"]))}`;
        return { id, outs: { ...news, out: `${id}:${text(news["value"])}` } };
      }),
    async read(id, props) {
      await meet({ method: "read", id, olds: known(props) }, props, nothing);
      const key = text(props["key"]);
      if (world.script.gone.includes(key)) return {};
      return { id, props: world.script.drifted.includes(key) ? { ...props, value: "drifted" } : props };
    },
    update: (id, olds, news) =>
      meet({ method: "update", id, olds: known(olds), news: known(news) }, news, () => ({
        id,
        outs: { ...news, out: `${id}:${text(news["value"])}` },
      })),
    async delete(id, props) {
      await meet({ method: "delete", id, olds: known(props) }, props, nothing);
    },
  };
}

const nothing = () => ({ id: "", outs: {} });

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Without the code of the provider, which the engine keeps among the inputs. */
function known(props: Values): Values {
  const entries = Object.entries(props).filter(([key]) => key !== "__provider");
  return Object.fromEntries(entries.map(([key, value]) => [key, value === unknownValue ? "unknown" : value]));
}
