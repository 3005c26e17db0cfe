import type { Handler } from "./context";
import type { Listener } from "./message";

export interface Route {
  readonly listener: Listener;
  readonly method: string;
  /** Path with `:name` for one segment and `*name` for all that follows. */
  readonly path: string;
  readonly handle: Handler;
}

export type Match =
  | { readonly kind: "route"; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: "methods"; readonly allow: readonly string[] }
  | { readonly kind: "redirect"; readonly path: string }
  | { readonly kind: "none" };

interface Fit {
  readonly params: Readonly<Record<string, string>>;
  /** The path with the fixed segments spelled as in the pattern. */
  readonly spelled: string;
}

const patterns = new WeakMap<Route, readonly string[]>();

/** The segments of a route's pattern. */
function segmentsOf(route: Route): readonly string[] {
  const known = patterns.get(route) ?? route.path.split("/");
  patterns.set(route, known);
  return known;
}

const tables = new WeakMap<readonly Route[], ReadonlyMap<string | undefined, readonly Route[]>>();

/** The routes that a path can fit by its first segment after `/v1`, in their order. */
function candidates(routes: readonly Route[], given: readonly string[]): readonly Route[] {
  const table = tables.get(routes) ?? createTable(routes);
  tables.set(routes, table);
  return table.get(given[2]) ?? table.get(undefined) ?? [];
}

/** Routes by that segment; `undefined` has those that leave it open, which every other list contains too. */
function createTable(routes: readonly Route[]): Map<string | undefined, readonly Route[]> {
  const keyOf = (route: Route): string | undefined => {
    const [first, second] = segmentsOf(route).slice(1);
    return [first, second].some((each) => each === undefined || /^[:*]/.test(each)) ? undefined : second;
  };
  const keys = new Set([undefined, ...routes.map(keyOf)]);
  return new Map([...keys].map((key) => [key, routes.filter((route) => [key, undefined].includes(keyOf(route)))]));
}

function matchPattern(
  route: Route,
  given: readonly string[],
  sameCase: (a: string, b: string) => boolean,
): Fit | undefined {
  const wanted = segmentsOf(route);
  if (wanted.length !== given.length && wanted.at(-1)?.startsWith("*") !== true) return undefined;
  const params: Record<string, string> = {};
  const spelled: string[] = [];
  for (const [index, segment] of wanted.entries()) {
    if (segment.startsWith("*")) {
      if (given.length <= index) return undefined;
      params[segment.slice(1)] = given.slice(index).join("/");
      return { params, spelled: [...spelled, ...given.slice(index)].join("/") };
    }
    const value = given[index];
    if (value === undefined) return undefined;
    if (segment.startsWith(":")) {
      if (value === "") return undefined;
      params[segment.slice(1)] = value;
      spelled.push(value);
    } else {
      if (!sameCase(segment, value)) return undefined;
      spelled.push(segment);
    }
  }
  return given.length === wanted.length ? { params, spelled: spelled.join("/") } : undefined;
}

const exactly = (a: string, b: string) => a === b;
const ignoringCase = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** What the product's router makes of a request, path fixes and 405 included (rest-api.md#requests). */
export function match(routes: readonly Route[], method: string, path: string): Match {
  const given = path.split("/");
  const fitting = candidates(routes, given).flatMap((route) => {
    const found = matchPattern(route, given, exactly);
    return found ? [{ route, params: found.params }] : [];
  });
  const hit = fitting.find(({ route }) => route.method === method);
  if (hit) return { kind: "route", ...hit };
  if (fitting.length > 0) {
    const methods = new Set(["OPTIONS", ...fitting.map(({ route }) => route.method)]);
    return { kind: "methods", allow: [...methods].sort() };
  }
  const clean = ["", ...given.filter(Boolean)];
  for (const route of routes) {
    const found = route.method === method ? matchPattern(route, clean, ignoringCase) : undefined;
    if (found) return { kind: "redirect", path: found.spelled };
  }
  return { kind: "none" };
}
