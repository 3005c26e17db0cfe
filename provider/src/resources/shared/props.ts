/** Properties of a resource as Pulumi's engine passes and stores them. */
export type ResourceProps = Readonly<Record<string, unknown>>;

/** What Pulumi passes in place of a value that is not known yet during a preview. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Returns true if a value, or any value inside it, is not known yet during a preview. */
export function containsUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === unknownValue;
  return Object.values(value).some(containsUnknown);
}

/** Drops the engine's own keys, such as `__provider`. */
export function omitEngineKeys(props: ResourceProps): Record<string, unknown> {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !key.startsWith("__")));
}
