import * as z from "zod";
import type { StackConfig } from "./stackConfig";

export interface ConfigChanges {
  /** Keys that all members get. */
  readonly defaults?: object;
  /** Keys of single members, in their order. */
  readonly members?: readonly object[];
  /** More secrets by their configuration path. */
  readonly secrets?: Readonly<Record<string, string>>;
}

const written = z.object({
  config: z.looseObject({ "fedjoin:defaults": z.looseObject({}), "fedjoin:members": z.array(z.looseObject({})) }),
});

/** The configuration with more keys; a key that was there is replaced. */
export function changedConfig(
  { plain, secrets }: StackConfig,
  { defaults = {}, members = [], secrets: more = {} }: ConfigChanges,
): StackConfig {
  const { config } = written.parse(plain);
  const changed = {
    ...config,
    "fedjoin:defaults": { ...config["fedjoin:defaults"], ...defaults },
    "fedjoin:members": config["fedjoin:members"].map((member, index) => ({ ...member, ...members[index] })),
  };
  return { plain: { config: changed }, secrets: new Map([...secrets, ...Object.entries(more)]) };
}
