import * as z from "zod";
import type { SchemaContext } from "./context";
import { masterFacts, masterSchema } from "./master";
import { memberSchema } from "./member";
import { shardSchema } from "./shard";

/** A JSON Schema (draft 7), generated from the schema that checks the configuration. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

const emptyContext: SchemaContext<string> = { secret: (plain) => plain, readFile: () => ({ problem: "" }) };

/** The schema of `master`. */
export const masterJsonSchema = (): JsonSchema => toJsonSchema(masterSchema(emptyContext));

/** The schema of a member. */
export const memberJsonSchema = (): JsonSchema => toJsonSchema(memberSchema(emptyContext, masterFacts({})));

/** The schema of `shard`. */
export const shardJsonSchema = (): JsonSchema => toJsonSchema(shardSchema);

/** The input of a schema, without keys that it only knows in order to refuse them. */
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

/** The schema with all properties and `additionalProperties` changed from the inside out; `undefined` drops one. */
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

/** The schema without a keyword. */
export function omitKeyword(keys: JsonSchema, word: keyof JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(keys).filter(([name]) => name !== word));
}

function isEmptyMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The names of all keys that hold a secret, at any depth. */
export function secretKeyNames(): readonly string[] {
  const names = (keys: JsonSchema): string[] =>
    propertiesOf(keys).flatMap(([name, key]) => [...(key.writeOnly === true ? [name] : []), ...names(key)]);
  return [...new Set([masterJsonSchema(), memberJsonSchema()].flatMap(names))];
}
