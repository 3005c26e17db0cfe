import type { EngineState, StateResource } from "../engine/state";
import type { Outcome } from "./modelRun";
import { type Call, keyOf } from "./thing";

/**
 * How two runs differ; empty if they do not. With parallelism, calls of different things have no order, and chance
 * decides what a failure stops.
 */
export function differences(model: Outcome, real: Outcome, isOrdered: boolean): string[] {
  if (!isOrdered && !real.succeeded) return compare("exit", model.succeeded, real.succeeded);
  return [
    ...compare("exit", model.succeeded, real.succeeded),
    ...(isOrdered
      ? compare("calls", model.calls, real.calls)
      : compare("calls", byKey(model.calls), byKey(real.calls))),
    ...compare("resources", sorted(model.state.resources), sorted(real.state.resources)),
    ...compare("pending operations", operations(model.state), operations(real.state)),
  ];
}

function compare(what: string, model: unknown, real: unknown): string[] {
  const [expected, actual] = [JSON.stringify(canonical(model)), JSON.stringify(canonical(real))];
  return expected === actual ? [] : [`${what}\n  model ${expected}\n  real  ${actual}`];
}

function byKey(calls: readonly Call[]): Record<string, Call[]> {
  const found: Record<string, Call[]> = {};
  for (const call of calls) {
    // Two resources may have one key while the first is replaced, and both are looked at at the same time.
    const isLook = call.method === "read" || call.method === "diff";
    (found[isLook ? `${keyOf(call)} ${call.id ?? ""}` : keyOf(call)] ??= []).push(call);
  }
  return found;
}

const sorted = (resources: readonly StateResource[]): unknown[] =>
  resources
    .map((each) => ({ ...each, dependencies: [...each.dependencies].sort() }))
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));

const orderOf = ({ urn, id, delete: isReplaced }: StateResource): string => `${urn} ${id} ${String(isReplaced)}`;

const operations = ({ pendingOperations }: EngineState): unknown[] =>
  pendingOperations.map(({ type, resource }) => `${type} ${resource.urn} ${resource.id}`).sort();

/** The same with keys in order, and without what is undefined. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, canonical(each)]));
}
