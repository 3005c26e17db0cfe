import * as z from "zod";
import { describeMove, plannedMove } from "../resources/fedJoin/plannedMove";
import { isSameMembership, readSite } from "../resources/fedJoin/site";
import type { ResourceProps } from "../resources/shared/props";
import { fedJoinType } from "../resources/fedJoin/engineType";
import { resourceName } from "./stackState";
import { compareText } from "../values/text";
import { formatAddress } from "../values/address";

/** What a deployment does with a membership that the stack owns. */
export interface MembershipChange {
  /** The name of the resource; in a stack, the store id. */
  readonly resource: string;
  /** The cluster name. */
  readonly name: string;
  /** What happens, and why. */
  readonly text: string;
}

/** Memberships of a stack that a deployment would change. */
export interface PreviewedLeaves {
  /** Sites that would leave their master, for good or to join again. */
  readonly leaves: readonly MembershipChange[];
  /** Memberships whose resource is deleted or replaced, and that another resource takes over. */
  readonly handedOver: readonly MembershipChange[];
  /** Memberships that remain, but are removed from the state. */
  readonly retained: readonly MembershipChange[];
}

const values = z.record(z.string(), z.unknown()).default({});
const state = z.object({
  id: z.string().default(""),
  inputs: values,
  outputs: values,
  retainOnDelete: z.boolean().default(false),
});
const step = z.object({ op: z.string(), urn: z.string(), oldState: state.optional(), newState: state.optional() });

/** The part of the output of `pulumi preview --json` that concerns memberships. */
const preview = z.object({ steps: z.array(step) });

type State = z.infer<typeof state>;
type Step = z.infer<typeof step>;
type Kind = keyof PreviewedLeaves;

/**
 * Finds who would leave, and why, in the output of `pulumi preview --json`; `undefined` if it is not a preview. A site
 * whose resource is deleted or replaced by force is handed over if another resource declares it. Sorted by resource,
 * since the order of a preview varies.
 */
export function findLeaves(text: string): PreviewedLeaves | undefined {
  const steps = fedJoinSteps(text);
  if (steps === undefined) return undefined;
  const changes = steps.flatMap((each) => changeOf(each, steps));
  const of = (kind: Kind): MembershipChange[] =>
    changes
      .filter((each) => each.kind === kind)
      .map(({ change }) => change)
      .toSorted((one, other) => compareText(one.resource, other.resource));
  return { leaves: of("leaves"), handedOver: of("handedOver"), retained: of("retained") };
}

function fedJoinSteps(text: string): Step[] | undefined {
  try {
    return preview.parse(JSON.parse(text)).steps.filter(({ urn }) => isFedJoinUrn(urn));
  } catch {
    return undefined;
  }
}

/** True for the URN of a FedJoin, in any component. */
export function isFedJoinUrn(urn: string): boolean {
  return urn.split("::")[2]?.split("$").at(-1) === fedJoinType;
}

/** Ignores `delete-replaced`: `replace` covers it, or an interrupted run left it and its replacement owns the membership. */
function changeOf(
  { op, urn, oldState: old, newState }: Step,
  steps: readonly Step[],
): { kind: Kind; change: MembershipChange }[] {
  if (old === undefined) return [];
  const [name, resource] = [nameIn(old), resourceName(urn)];
  const told = (kind: Kind, text: string) => [{ kind, change: { resource, name, text } }];
  const leaving = `${name} leaves ${masterOf(old)}`;
  const replacedOrDeleted = op === "delete" || op === "replace";
  if (replacedOrDeleted && old.retainOnDelete) {
    return told("retained", `${name} stays a member, and the stack forgets it: retainOnDelete`);
  }
  if (op === "delete") {
    const holder = steps.find((each) => takesOver(each, old));
    if (holder === undefined) return told("leaves", `${leaving}: its resource is deleted`);
    return told(
      "handedOver",
      `${name} stays a member: its resource is deleted, and ${resourceName(holder.urn)} takes it over`,
    );
  }
  if (newState === undefined || (op !== "replace" && op !== "update")) return [];
  const move = plannedMove(old.outputs, newState.inputs);
  if (move !== undefined) return told("leaves", describeMove(name, move));
  if (op === "update") return [];
  const why = changedIdentity(old, newState.inputs);
  return why === undefined
    ? told("handedOver", `${name} stays a member: its resource is replaced, and the replacement takes it over`)
    : told("leaves", `${leaving} and joins it again as a new member: ${why}`);
}

/** True for a resource that exists after the deployment and adopts this membership unchanged. */
function takesOver({ op, newState }: Step, { outputs, id }: State): boolean {
  if (newState === undefined || op === "read") return false;
  const [held, wanted] = [readSite(outputs), readSite(newState.inputs)];
  const wantedName = newState.inputs["name"];
  return (
    held !== undefined &&
    wanted !== undefined &&
    isSameMembership(held, wanted) &&
    plannedMove(outputs, newState.inputs) === undefined &&
    (wantedName === undefined || wantedName === id)
  );
}

/** Why it would be another membership at the same master. */
function changedIdentity({ id, outputs }: State, inputs: ResourceProps): string | undefined {
  const { storeId, name } = inputs;
  if (storeId !== outputs["storeId"]) return `storeId changes from ${word(outputs["storeId"])} to ${word(storeId)}`;
  return name === undefined || name === id ? undefined : `name changes from ${id} to ${word(name)}`;
}

function word(value: unknown): string {
  return typeof value === "string" ? value : "an unknown value";
}

function nameIn({ id, outputs }: State): string {
  const name = outputs["clusterName"];
  return typeof name === "string" && name !== "" ? name : id;
}

function masterOf({ outputs }: State): string {
  const master = readSite(outputs)?.master;
  const address = master?.rest ?? master?.federation;
  return address === undefined ? "its master" : `the master at ${formatAddress(address)}`;
}
