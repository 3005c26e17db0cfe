/** The collectors that a scrape runs, or the problem with its query. */
export type CollectorSelection = { readonly selected: ReadonlySet<string> } | { readonly problem: string };

/** The collectors of `collect[]`, or all but those of `exclude[]`; without either, all. */
export function selectCollectors(query: URLSearchParams, collectors: readonly string[]): CollectorSelection {
  const [collect, exclude] = [query.getAll("collect[]"), query.getAll("exclude[]")];
  if (collect.length > 0 && exclude.length > 0) return { problem: "collect[] and exclude[] exclude each other" };
  if (![...collect, ...exclude].every((name) => collectors.includes(name))) {
    return { problem: `collect[] and exclude[] take these collectors: ${collectors.join(", ")}` };
  }
  const selected = collectors.filter((name) => (collect.length > 0 ? collect.includes(name) : !exclude.includes(name)));
  return selected.length === 0 ? { problem: "exclude[] leaves no collector" } : { selected: new Set(selected) };
}
