import * as pulumi from "@pulumi/pulumi";

/** An input that may turn out not to be given: an Output of `undefined` counts as left out. */
export type Optional<T> = pulumi.Input<T> | pulumi.Input<T | undefined> | undefined;

type Given<T> = Optional<T> | null;

/** False for an input that is certainly left out; true for an Output or a Promise, which may yet be `undefined`. */
export function mayBeGiven<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

/** True for what is known only after the program has declared its resources. */
export function isLate(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/**
 * What `take` finds in a value, through any nesting of Outputs and Promises; `undefined` where one of them is not given.
 * A plain value gives a plain result, and an Output is not combined with others: a preview shows all that is known.
 */
export function within<T, V>(value: Given<T>, take: (inner: NonNullable<T>) => Given<V>): Optional<NonNullable<V>> {
  const taken = (inner: unknown) => (mayBeGiven(inner) ? (take(inner as NonNullable<T>) ?? undefined) : undefined);
  return through(value, taken) as Optional<NonNullable<V>>;
}

/** The value, or `preset` where it is not given. */
export function withDefault<T>(value: Given<T>, preset: pulumi.Input<NonNullable<T>>): pulumi.Input<NonNullable<T>> {
  return through(value, (inner) => inner ?? preset) as pulumi.Input<NonNullable<T>>;
}

/** The value, where `null` is `undefined`. */
export function optional<T>(value: Given<T>): Optional<NonNullable<T>> {
  return within<T, T>(value, (inner) => inner);
}

function through(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (pulumi.Output.isInstance(value)) return value.apply((inner) => through(inner, map));
  if (value instanceof Promise) return value.then((inner) => through(inner, map));
  return map(value);
}
