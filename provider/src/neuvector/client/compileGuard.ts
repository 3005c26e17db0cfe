import * as z from "zod";

type Guard = (value: unknown) => boolean;

/**
 * Compiles `schema` to a guard for values of `JSON.parse`, about ten times faster than to parse them. It is true only for
 * a value that the schema accepts and changes in nothing but keys that it does not name; where it is false, only the
 * schema itself can tell.
 */
export function compileGuard<T>(schema: z.ZodType<T>): (value: unknown) => value is T {
  return compile(schema) as (value: unknown) => value is T;
}

function compile(schema: z.core.$ZodType): Guard {
  const { def } = schema._zod;
  if ("check" in def || (def.checks ?? []).length > 0) return () => false;
  if (schema instanceof z.ZodString) return (value) => typeof value === "string";
  if (schema instanceof z.ZodNumber) return Number.isFinite;
  if (schema instanceof z.ZodBoolean) return (value) => typeof value === "boolean";
  if (schema instanceof z.ZodCatch) return compile(schema.def.innerType);
  if (schema instanceof z.ZodDefault) return present(compile(schema.def.innerType));
  if (schema instanceof z.ZodOptional) return either(undefined, compile(schema.def.innerType));
  if (schema instanceof z.ZodNullable) return either(null, compile(schema.def.innerType));
  // What a later option accepts, an earlier one might accept and change.
  if (schema instanceof z.ZodUnion && schema.def.options[0] !== undefined) return compile(schema.def.options[0]);
  if (schema instanceof z.ZodArray) return arrayOf(compile(schema.def.element));
  if (schema instanceof z.ZodObject && schema.def.catchall === undefined) return objectOf(schema.def.shape);
  return () => false;
}

const present =
  (isMatch: Guard): Guard =>
  (value) =>
    value !== undefined && isMatch(value);

const either =
  (constant: undefined | null, isOther: Guard): Guard =>
  (value) =>
    value === constant || isOther(value);

const arrayOf =
  (isItem: Guard): Guard =>
  (value) =>
    Array.isArray(value) && value.every(isItem);

function objectOf(shape: Readonly<Record<string, z.core.$ZodType>>): Guard {
  const fields = Object.entries(shape).map(([key, schema]) => ({ key, isMatch: compile(schema) }));
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const object = value as Readonly<Record<string, unknown>>;
    return fields.every(({ key, isMatch }) => isMatch(object[key]));
  };
}
