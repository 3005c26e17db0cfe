/** The collectors that a scrape selects, or the problem with its query. */
export type CollectorSelection = { readonly chosen: ReadonlySet<string> } | { readonly refusal: string };

/** The collectors of `collect[]`, or all but those of `exclude[]`; without either, all. */
export function selectCollectors(query: URLSearchParams, groups: readonly string[]): CollectorSelection {
  const [collect, exclude] = [query.getAll("collect[]"), query.getAll("exclude[]")];
  if (collect.length > 0 && exclude.length > 0) return { refusal: "collect[] and exclude[] exclude each other" };
  if (![...collect, ...exclude].every((name) => groups.includes(name))) {
    return { refusal: `collect[] and exclude[] take these groups: ${groups.join(", ")}` };
  }
  const chosen = groups.filter((name) => (collect.length > 0 ? collect.includes(name) : !exclude.includes(name)));
  return chosen.length === 0 ? { refusal: "exclude[] leaves no group" } : { chosen: new Set(chosen) };
}
