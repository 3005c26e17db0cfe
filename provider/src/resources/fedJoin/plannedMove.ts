import { readAddress } from "../shared/addressAt";
import { containsUnknown } from "../shared/checkInputs";
import { formatAddress, sameAddress, type Address } from "../../neuvector/ports";
import type { ResourceProps } from "./state";

/** A change that ends a membership and makes another one, unless it turns out to lead to the same master. */
export interface PlannedMove {
  /** The inputs that changed: `master.rest`, `master.federation`, `master` or `jointRest`. */
  readonly changed: readonly string[];
  /** True when the master may be another one: its federation id decides, which only the master tells. */
  readonly mayChangeMaster: boolean;
  readonly from: string;
  readonly to: string;
}

/** What a change of addresses means for the membership, `undefined` for none. Values unknown in a preview are no change. */
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

/** What a preview says of it: who would leave, and why. */
export function describeMove(name: string, { changed, mayChangeMaster, from, to }: PlannedMove): string {
  const why = `${changed.join(" and ")} changed`;
  if (!mayChangeMaster) {
    return `${name} leaves its master and joins it again with the joint address ${to} instead of ${from}: ${why}`;
  }
  const same = changed.includes("jointRest")
    ? "if it is the same master at another address, it leaves and joins it again, for the joint address changed"
    : "if it is the same master at another address, the address is stored and nobody leaves";
  return `${name} leaves the master at ${from} and joins the master at ${to}: ${why}; ${same}`;
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
