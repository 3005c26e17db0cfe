import type { Log } from "../../neuvector/ports";
import type { DiffResult } from "../shared/resourceLifecycle";
import { containsUnknown, type ResourceProps } from "../shared/props";
import { readAddress } from "../shared/readAddress";
import { formatAddress, sameAddress, type Address } from "../../values/address";

/** A change that ends a membership and makes another one, unless the new address turns out to be the same master's. */
export interface PlannedMove {
  /** The inputs that changed: `master.rest`, `master.federation`, `master` or `jointRest`. */
  readonly changed: readonly string[];
  /** True if the master may be another one. Its federation id decides, and only the master tells it. */
  readonly mayChangeMaster: boolean;
  readonly from: string;
  readonly to: string;
}

/** Returns the move that a change of addresses plans; `undefined` for none. A value unknown during a preview is not a change. */
export function plannedMove(stored: ResourceProps, inputs: ResourceProps): PlannedMove | undefined {
  const rest = compareAddresses(readMasterAddress(stored, "rest"), readMasterAddress(inputs, "rest"));
  const federation = compareAddresses(readMasterAddress(stored, "federation"), readMasterAddress(inputs, "federation"));
  const isIncomparable = rest === "one-sided" && federation === "one-sided";
  const hasBoth = anyMasterAddress(stored) !== undefined && anyMasterAddress(inputs) !== undefined;
  const masterChanges = [
    ...(rest === "changed" ? ["master.rest"] : []),
    ...(federation === "changed" ? ["master.federation"] : []),
    ...(isIncomparable && hasBoth && !containsUnknown(inputs["master"]) ? ["master"] : []),
  ];
  const jointRests = [readAddress(stored, ["jointRest"]), readAddress(inputs, ["jointRest"])] as const;
  const isJointRestChanged = compareAddresses(...jointRests) === "changed";
  if (masterChanges.length === 0 && !isJointRestChanged) return undefined;
  const mayChangeMaster = masterChanges.length > 0;
  const ends = mayChangeMaster ? [anyMasterAddress(stored), anyMasterAddress(inputs)] : jointRests;
  const [from, to] = ends.map((address) => (address === undefined ? "?" : formatAddress(address)));
  return {
    changed: [...masterChanges, ...(isJointRestChanged ? ["jointRest"] : [])],
    mayChangeMaster,
    from: from ?? "?",
    to: to ?? "?",
  };
}

/** Describes for a preview who would leave, and why. */
export function describeMove(name: string, { changed, mayChangeMaster, from, to }: PlannedMove): string {
  const why = `${changed.join(" and ")} changed`;
  if (!mayChangeMaster) {
    return `${name} leaves its master and joins it again with the joint address ${to} instead of ${from}: ${why}`;
  }
  const same = changed.includes("jointRest")
    ? "if it is the same master at another address, it leaves and joins it again, because the joint address changed"
    : "if it is the same master at another address, the address is stored and nobody leaves";
  return `${name} leaves the master at ${from} and joins the master at ${to}: ${why}; ${same}`;
}

/** Creates a function that warns of each change that ends a membership, once per process. */
export function createLeaveWarnings(
  log: Log,
): (id: string, stored: ResourceProps, news: ResourceProps, diff: DiffResult) => void {
  const logged = new Set<string>();
  return (id, stored, news, { replaces, deleteBeforeReplace }) => {
    const move = plannedMove(stored, news);
    const reason = `${replaces.join(" and ")} changed`;
    const leave = `${id} leaves its master, and a new membership takes its place: ${reason}`;
    const unlessOwned = `${leave}; it stays a member if another FedJoin of the program declares its site`;
    const replaced = deleteBeforeReplace ? leave : unlessOwned;
    const text = replaces.length > 0 ? replaced : move && describeMove(id, move);
    if (text === undefined || logged.has(text)) return;
    logged.add(text);
    log("warn", text);
  };
}

function compareAddresses(before: Address | undefined, after: Address | undefined): "changed" | "same" | "one-sided" {
  if (before === undefined || after === undefined) return "one-sided";
  return sameAddress(before, after) ? "same" : "changed";
}

const defaultPorts = { rest: 10443, federation: 11443 } as const;

function readMasterAddress(inputs: ResourceProps, key: "rest" | "federation"): Address | undefined {
  return readAddress(inputs, ["master", key], defaultPorts[key]);
}

function anyMasterAddress(inputs: ResourceProps): Address | undefined {
  return readMasterAddress(inputs, "rest") ?? readMasterAddress(inputs, "federation");
}
