import { isDeepStrictEqual } from "node:util";
import type { Live } from "./live";
import type { Props, Provider } from "./provider";
import type { Urn } from "./urn";

export interface Difference {
  readonly changes: boolean;
  readonly replace: boolean;
  readonly deleteBeforeReplace: boolean;
}

export const replacement: Difference = { changes: true, replace: true, deleteBeforeReplace: false };

type Path = readonly string[];

interface Stored {
  readonly urn: Urn;
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

/** What the provider says to new inputs; if it cannot tell, the inputs that differ. */
export async function diffWith(
  provider: Provider,
  stored: Stored,
  news: Props,
  ignoreChanges: readonly string[] = [],
): Promise<Difference & { changed: readonly Path[] }> {
  const { urn, id, inputs, outputs } = stored;
  const answer = await provider.diff({ urn, id, oldInputs: inputs, oldOutputs: outputs, news });
  const changed =
    answer.changes === undefined ? changedPaths(inputs, withIgnoredChanges(news, inputs, ignoreChanges)) : [];
  return {
    changes: answer.changes ?? changed.length > 0,
    replace: answer.replaces.length > 0,
    deleteBeforeReplace: answer.deleteBeforeReplace,
    changed,
  };
}

/** Makes the change of certain inputs, or an unfinished initialization, a replacement. */
export function withReplaceOnChanges(
  difference: Difference & { changed?: readonly Path[] },
  replaceOnChanges: readonly string[],
  hasInitErrors: boolean,
): Difference {
  const { changes, changed = [] } = difference;
  if (!changes && !hasInitErrors) return difference;
  const matches = (path: Path) => replaceOnChanges.some((each) => contains(parsePath(each), path));
  const unfinished = hasInitErrors && matches(["#initerror"]);
  return {
    changes: changes || unfinished,
    replace: difference.replace || unfinished || changed.some(matches),
    deleteBeforeReplace: difference.deleteBeforeReplace,
  };
}

/** The new inputs, with the old value of each that is not to change. */
export function withIgnoredChanges(news: Props, olds: Props, ignoreChanges: readonly string[]): Props {
  return ignoreChanges.reduce<Props>((inputs, each) => reset(inputs, olds, parsePath(each)), news);
}

function reset(news: Props, olds: Props, [key, ...rest]: Path): Props {
  if (key === undefined) return news;
  const [current, old] = [news[key], olds[key]];
  if (rest.length > 0) {
    const both = isObject(current) && isObject(old);
    return both ? { ...news, [key]: reset(current, old, rest) } : news;
  }
  if (key in olds) return { ...news, [key]: old };
  return Object.fromEntries(Object.entries(news).filter(([each]) => each !== key));
}

const isObject = (value: unknown): value is Props => typeof value === "object" && value !== null;

const parsePath = (path: string): Path => [...path.matchAll(/[^.[\]"]+/g)].map(([part]) => part);

const contains = (whole: Path, part: Path): boolean =>
  whole.length <= part.length && whole.every((each, index) => each === "*" || each === part[index]);

function changedPaths(olds: unknown, news: unknown): Path[] {
  if (isDeepStrictEqual(olds, news)) return [];
  if (!isObject(olds) || !isObject(news)) return [[]];
  return [...new Set([...Object.keys(olds), ...Object.keys(news)])].flatMap((key) =>
    changedPaths(olds[key], news[key]).map((path) => [key, ...path]),
  );
}

/** As the engine compares a component, which has no provider. */
export const inputsDiffer = (old: Live, news: Props): boolean => !isDeepStrictEqual(old.inputs, news);
