/** How long the exporter shows a master's list of members without asking again. */
const listSeconds = 30;
const list = "/v1/fed/member";

/**
 * Which requests at a master came more often in `seconds` than an exporter needs that shows every answer of a member
 * until the end: a line each.
 */
export function repeatedRequests(paths: readonly string[], seconds: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1);
  return [...counts].flatMap(([path, count]) => {
    const most = path === list ? 1 + Math.floor(seconds / listSeconds) : 1;
    return count > most ? [`${path} was requested ${count} times instead of ${most}`] : [];
  });
}
