import { z } from "zod";
import type { LeafPorts } from "./connection";
import { masterFacts, masterSchema } from "./master";
import { memberSchema } from "./member";
import { shardSchema } from "./shard";

/** What may be written at a place of the configuration, as a JSON Schema (draft 7) made from the schema that checks it. */
export type Keys = z.core.JSONSchema.JSONSchema;

const nothing: LeafPorts<string> = { secret: (plain) => plain, readFile: () => ({ problem: "" }) };

/** Everything below `master`. */
export const masterKeys = (): Keys => keysOf(masterSchema(nothing));

/** Everything below a member. */
export const memberKeys = (): Keys => keysOf(memberSchema(nothing, masterFacts({})));

/** Everything below `shard`. */
export const shardKeys = (): Keys => keysOf(shardSchema);

/** What a schema takes, without keys that it knows only to refuse them. */
function keysOf(schema: z.core.$ZodType): Keys {
  const keys = z.toJSONSchema(schema, { io: "input", target: "draft-7", unrepresentable: "any" });
  return mapKeys(keys, (key) =>
    key.not !== undefined ? undefined : isEmptyMapping(key.default) ? without(key, "default") : key,
  );
}

/** The keys of a mapping by name; none for anything else. */
export function keysIn({ properties = {} }: Keys): readonly (readonly [string, Keys])[] {
  return Object.entries(properties).flatMap(([name, key]) => (typeof key === "object" ? [[name, key] as const] : []));
}

/** The same with each mapping's keys, and what it says of keys of any name, changed from the inside out; `undefined` drops one. */
export function mapKeys(keys: Keys, change: (key: Keys) => Keys | undefined): Keys {
  const { properties, additionalProperties: others } = keys;
  const changed = keysIn(keys).flatMap(([name, key]) => {
    const result = change(mapKeys(key, change));
    return result === undefined ? [] : [[name, result] as const];
  });
  const ofOthers = typeof others === "object" ? change(mapKeys(others, change)) : undefined;
  return {
    ...keys,
    ...(properties && { properties: Object.fromEntries(changed) }),
    ...(ofOthers && { additionalProperties: ofOthers }),
  };
}

/** The same without one of its words. */
export function without(keys: Keys, word: keyof Keys): Keys {
  return Object.fromEntries(Object.entries(keys).filter(([name]) => name !== word));
}

function isEmptyMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The names of keys that hold a secret, wherever they stand. */
export function secretKeyNames(): readonly string[] {
  const names = (keys: Keys): string[] =>
    keysIn(keys).flatMap(([name, key]) => [...(key.writeOnly === true ? [name] : []), ...names(key)]);
  return [...new Set([masterKeys(), memberKeys()].flatMap(names))];
}
