import { z } from "zod";
import { describeMove, plannedMove } from "../resources/fedJoin/plannedMove";
import { isSameMembership, readSite } from "../resources/fedJoin/site";
import type { ResourceProps } from "../resources/shared/props";
import { formatAddress } from "../neuvector/ports";
import { fedJoinType, resourceName } from "./stackState";
import { compareText } from "../cli/format";

/** What a deployment does with a membership that the stack holds today. */
export interface MembershipChange {
  /** The name of the resource, which in a stack is the store id. */
  readonly resource: string;
  /** The cluster name. */
  readonly name: string;
  /** In words: what happens, and why. */
  readonly text: string;
}

/** Memberships of a stack that a deployment would not leave as they are. */
export interface PreviewedLeaves {
  /** Sites that would leave their master, for good or to join again. */
  readonly leaves: readonly MembershipChange[];
  /** Memberships whose resource goes, and that another resource of the program takes over. */
  readonly handedOver: readonly MembershipChange[];
  /** Memberships that stay and that the stack forgets. */
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

/** What `pulumi preview --json` writes, as far as memberships need it. */
const preview = z.object({ steps: z.array(step) });

type State = z.infer<typeof state>;
type Step = z.infer<typeof step>;
type Kind = keyof PreviewedLeaves;

/**
 * Who would leave, and why, as a preview in JSON tells. A site whose resource is deleted or replaced by force, and that
 * another resource of the program declares, is handed over. Sorted by resource, since a preview has no order of its own.
 * `undefined` for anything but a preview.
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

/** True for the URN of a FedJoin, in whatever component. */
export function isFedJoinUrn(urn: string): boolean {
  return urn.split("::")[2]?.split("$").at(-1) === fedJoinType;
}

/** `delete-replaced` is told by `replace`; alone it is what an interrupted run left, and its replacement holds it. */
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

/** True for a resource that is there after the deployment and adopts this membership as it is. */
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

/** What makes it another membership at the same master. */
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
