import { z } from "zod";
import type { SchemaContext } from "./context";
import { masterFacts, masterSchema } from "./master";
import { memberSchema } from "./member";
import { shardSchema } from "./shard";

/** What may be written at a place of the configuration, as a JSON Schema (draft 7) made from the schema that checks it. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

const emptyContext: SchemaContext<string> = { secret: (plain) => plain, readFile: () => ({ problem: "" }) };

/** Everything below `master`. */
export const masterJsonSchema = (): JsonSchema => toJsonSchema(masterSchema(emptyContext));

/** Everything below a member. */
export const memberJsonSchema = (): JsonSchema => toJsonSchema(memberSchema(emptyContext, masterFacts({})));

/** Everything below `shard`. */
export const shardJsonSchema = (): JsonSchema => toJsonSchema(shardSchema);

/** What a schema takes, without keys that it knows only to refuse them. */
function toJsonSchema(schema: z.core.$ZodType): JsonSchema {
  const keys = z.toJSONSchema(schema, { io: "input", target: "draft-7", unrepresentable: "any" });
  return mapProperties(keys, (key) =>
    key.not !== undefined ? undefined : isEmptyMapping(key.default) ? omitKeyword(key, "default") : key,
  );
}

/** The keys of a mapping by name; none for anything else. */
export function propertiesOf({ properties = {} }: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  return Object.entries(properties).flatMap(([name, key]) => (typeof key === "object" ? [[name, key] as const] : []));
}

/** The same with each mapping's keys, and what it says of keys of any name, changed from the inside out; `undefined` drops one. */
export function mapProperties(keys: JsonSchema, change: (key: JsonSchema) => JsonSchema | undefined): JsonSchema {
  const { properties, additionalProperties: others } = keys;
  const changed = propertiesOf(keys).flatMap(([name, key]) => {
    const result = change(mapProperties(key, change));
    return result === undefined ? [] : [[name, result] as const];
  });
  const ofOthers = typeof others === "object" ? change(mapProperties(others, change)) : undefined;
  return {
    ...keys,
    ...(properties && { properties: Object.fromEntries(changed) }),
    ...(ofOthers && { additionalProperties: ofOthers }),
  };
}

/** The same without one of its words. */
export function omitKeyword(keys: JsonSchema, word: keyof JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(keys).filter(([name]) => name !== word));
}

function isEmptyMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The names of keys that hold a secret, wherever they stand. */
export function secretKeyNames(): readonly string[] {
  const names = (keys: JsonSchema): string[] =>
    propertiesOf(keys).flatMap(([name, key]) => [...(key.writeOnly === true ? [name] : []), ...names(key)]);
  return [...new Set([masterJsonSchema(), memberJsonSchema()].flatMap(names))];
}
