import * as pulumi from "@pulumi/pulumi";

/** An input that may be missing: an Output of `undefined` counts as missing. */
export type OptionalInput<T> = pulumi.Input<T> | pulumi.Input<T | undefined> | undefined;

type NullableInput<T> = OptionalInput<T> | null;

/** False for an input that is certainly missing; true for an Output or a Promise, which may still be `undefined`. */
export function mayBeDefined<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

/** True for an Output or a Promise. */
export function isDeferred(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/**
 * Maps a value through any nesting of Outputs and Promises; `undefined` if one of them is missing. A plain value gives a
 * plain result, and an Output is not combined with others, so that a preview shows everything that is known.
 */
export function mapInput<T, V>(
  value: NullableInput<T>,
  take: (inner: NonNullable<T>) => NullableInput<V>,
): OptionalInput<NonNullable<V>> {
  const taken = (inner: unknown) => (mayBeDefined(inner) ? (take(inner as NonNullable<T>) ?? undefined) : undefined);
  return mapDeferred(value, taken) as OptionalInput<NonNullable<V>>;
}

/** The value, or `preset` if it is missing. */
export function withDefault<T>(
  value: NullableInput<T>,
  preset: pulumi.Input<NonNullable<T>>,
): pulumi.Input<NonNullable<T>> {
  return mapDeferred(value, (inner) => inner ?? preset) as pulumi.Input<NonNullable<T>>;
}

/** The value, with `undefined` instead of `null`. */
export function nullToUndefined<T>(value: NullableInput<T>): OptionalInput<NonNullable<T>> {
  return mapInput<T, T>(value, (inner) => inner);
}

function mapDeferred(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (pulumi.Output.isInstance(value)) return value.apply((inner) => mapDeferred(inner, map));
  if (value instanceof Promise) return value.then((inner) => mapDeferred(inner, map));
  return map(value);
}
