import type { Oracle } from "./oracle";

/** The most requests of one process in a minute: a join with every obstacle needs about 30, and three sites may run at once. */
const maxInMinute = 240;

/** No process floods a controller. */
export function createRequestsOracle(): Oracle {
  const recent = new Map<string, number[]>();
  return {
    name: "requests are bounded",
    see(event) {
      if (event.type !== "request" || !event.message.isOurs) return undefined;
      const { from } = event.message;
      const times = (recent.get(from) ?? []).filter((atMs) => event.atMs - atMs < 60_000);
      times.push(event.atMs);
      recent.set(from, times);
      return times.length === maxInMinute ? `${from} sent ${maxInMinute} requests in a minute` : undefined;
    },
  };
}
