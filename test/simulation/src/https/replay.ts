import { drawPlan } from "../scenarios/plan";
import { runPlan } from "../scenarios/runPlan";
import type { RunReport } from "../scenarios/simulate";
import type { WorldEvent } from "../trace/events";
import { openHttpsCarrier } from "./carrier";

export interface HttpsReplay {
  readonly histories: number;
  readonly requests: number;
  readonly different: number;
}

/** Runs each seed in memory, and again with its requests over HTTPS: the same must happen, at the same times. */
export async function replayOverHttps(
  seeds: { readonly from: number; readonly count: number },
  say: (line: string) => void,
): Promise<HttpsReplay> {
  let [requests, different] = [0, 0];
  for (let seed = seeds.from; seed < seeds.from + seeds.count; seed++) {
    const plan = drawPlan(seed);
    const inMemory = await runPlan(plan);
    const carrier = await openHttpsCarrier();
    const overHttps = await runPlan(plan, carrier).finally(() => carrier.close());
    requests += carrier.count;
    const difference = firstDifference(inMemory, overHttps);
    if (difference === undefined) continue;
    different++;
    say(`seed ${seed}: ${difference}`);
  }
  return { histories: seeds.count, requests, different };
}

function firstDifference(inMemory: RunReport, overHttps: RunReport): string | undefined {
  const [expected, actual] = [inMemory, overHttps].map(({ events, violations }) =>
    [...events.map(comparable), ...violations].map((each) => JSON.stringify(each)),
  );
  if (expected === undefined || actual === undefined) return undefined;
  const at = expected.findIndex((each, index) => each !== actual[index]);
  if (at < 0 && expected.length === actual.length) return undefined;
  const index = at < 0 ? expected.length : at;
  return `event ${index}\n  in memory  ${expected[index] ?? "none"}\n  over HTTPS ${actual[index] ?? "none"}`;
}

/** Without wording: an error of the network says what the connection was. */
function comparable(event: WorldEvent): object {
  switch (event.type) {
    case "log":
      return { ...event, text: undefined };
    case "end":
      return { ...event, problems: event.problems.map(kindOf) };
    case "result":
      return event.result.is === "failed"
        ? { ...event, result: { ...event.result, error: kindOf(event.result.error) } }
        : event;
    default:
      return event;
  }
}

/** The kind of an error: the anchor of the page that it refers to. */
function kindOf(error: string): string {
  return /\.md#([\w-]+)/.exec(error)?.[1] ?? "";
}
