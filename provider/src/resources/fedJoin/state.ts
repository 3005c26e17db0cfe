import * as z from "zod";
import { storedInputs, type FedJoinInputs } from "./inputs";
import { secretOutputs, type MembershipStatus } from "./outputs";
import { desiredMembership, type DesiredMembership, type ObservedMembership } from "../../federation/membership";
import { NeuVectorError } from "../../errors/neuVectorError";
import { omitNullish } from "../../values/mapping";
import { omitEngineKeys, type ResourceProps } from "../shared/props";

/** The outputs of a FedJoin. */
export interface FedJoinOutputs {
  readonly clusterName: string;
  /** The controller's id of this membership, new at every rejoin; empty until confirmed. */
  readonly clusterId: string;
  /** Ids of earlier memberships of this resource, oldest first. */
  readonly formerIds: readonly string[];
  /** The controller's id of the master; empty if no side told it. */
  readonly masterId: string;
  /** The controller's word for a member's role: `joint`. */
  readonly role: string;
  readonly status: MembershipStatus;
  /** RFC 3339, when this resource joined or adopted; empty until confirmed. */
  readonly joinedAt: string;
  /** First 12 hex digits of the SHA-256 of the join token; empty after an adoption, and for a short token. */
  readonly joinTokenFingerprint: string;
  /** Masters that this site left and that may still list it. A secret output, since it holds logins. */
  readonly previousMasters?: readonly PreviousMaster[] | undefined;
  /** Credentials of the program that a controller refused, as digests that are slow to guess. A secret output. */
  readonly refusedCredentials?: readonly RefusedCredentials[] | undefined;
}

const previousMaster = z.object({
  /** The input `master` at the time. */
  master: z.record(z.string(), z.unknown()),
  masterId: z.string(),
  /** The controller's id of the membership there. */
  clusterId: z.string(),
  /** What a refresh found there: the entry is listed, or the login was refused and is not tried again. */
  found: z.enum(["listed", "login_refused"]).optional(),
});

const refusedCredentials = z.object({
  at: z.enum(["controller.credentials", "master.credentials"]),
  salt: z.string(),
  digest: z.string(),
});

/** A master that may still list a site that left it, and how to ask it. */
export type PreviousMaster = z.infer<typeof previousMaster>;

/** Identifies refused credentials without revealing them. */
export type RefusedCredentials = z.infer<typeof refusedCredentials>;

const outputs = z.object({
  clusterName: z.string(),
  clusterId: z.string(),
  formerIds: z.array(z.string()),
  masterId: z.string(),
  role: z.string(),
  status: z.enum(["joined", "unconfirmed", "kicked", "left", "renamed", "moved", "elsewhere", "promoted"]),
  joinedAt: z.string(),
  joinTokenFingerprint: z.string(),
  previousMasters: z.array(previousMaster).optional(),
  refusedCredentials: z.array(refusedCredentials).optional(),
});

/** Version of the stored form. A change of the form adds a step that reads the older one. */
const schemaVersion = 1;

/** Inputs that are used for the join only and are not stored. */
const joinTimeOnly = new Set(["joinToken", "joinTokenFrom", "joinTokenUrl", "joinTokenUrlFrom", "joinTokenUrlOptions"]);

/** Returns the stored form: the outputs, and the inputs without those that only the join needed. */
export function toStored(inputs: ResourceProps, result: FedJoinOutputs): Record<string, unknown> {
  const isKept = (key: string): boolean => !joinTimeOnly.has(key) && !isSecretOutput(key);
  const kept = Object.entries(omitEngineKeys(inputs)).filter(([key]) => isKept(key));
  const { previousMasters = [], refusedCredentials = [], ...plain } = result;
  return {
    ...Object.fromEntries(kept),
    ...plain,
    formerIds: [...result.formerIds],
    ...(previousMasters.length > 0 && { previousMasters }),
    ...(refusedCredentials.length > 0 && { refusedCredentials }),
    schema: schemaVersion,
  };
}

function isSecretOutput(key: string): boolean {
  return secretOutputs.some((each) => each === key);
}

/** Reads inputs and outputs from the stored form. @throws NeuVectorError invalid_input if it is not a FedJoin's. */
export function fromStored(stored: ResourceProps): { inputs: FedJoinInputs; outputs: FedJoinOutputs } {
  const inputs = storedInputs.safeParse(omitNullish(stored));
  const result = outputs.safeParse(stored);
  if (inputs.success && result.success) return { inputs: inputs.data, outputs: result.data };
  const issue = (inputs.error ?? result.error)?.issues[0];
  throw new NeuVectorError("invalid_input", `the stored state is not a FedJoin's (${issue?.path.join(".") ?? "?"})`, {
    hint: "It was written by another version, or edited. Restore it from the state's history.",
  });
}

/** Returns the membership that a FedJoin owns, for `inputs` that say where it is or shall be. */
export function ownedMembership(id: string, inputs: FedJoinInputs, recorded: FedJoinOutputs): DesiredMembership {
  return desiredMembership(inputs, {
    name: id,
    nameIsFixed: true,
    clusterId: recorded.clusterId === "" ? undefined : recorded.clusterId,
    formerIds: recorded.formerIds,
    masterId: recorded.masterId === "" ? undefined : recorded.masterId,
  });
}

/** Returns the outputs without the id of their master, for a membership that is made with another one. */
export function atAnotherMaster(outputs: FedJoinOutputs): FedJoinOutputs {
  return { ...outputs, masterId: "" };
}

/**
 * Returns the outputs of a membership that the site left, with the id of the entry that the master still lists: a move that
 * went back to its master made a membership that the state does not know.
 */
export function endedOutputs(
  status: "left" | "elsewhere",
  listed: readonly ObservedMembership[],
  before: FedJoinOutputs,
): FedJoinOutputs {
  const entry = listed.find(({ name }) => name === before.clusterName);
  return { ...before, ...(entry !== undefined && identityOf(entry, before)), status };
}

function identityOf(
  { clusterId }: ObservedMembership,
  before: FedJoinOutputs | undefined,
): Pick<FedJoinOutputs, "clusterId" | "formerIds"> {
  const { clusterId: previous = "", formerIds = [] } = before ?? {};
  return { clusterId, formerIds: previous === "" || previous === clusterId ? formerIds : [...formerIds, previous] };
}

/** Returns the outputs of a confirmed membership, based on the outputs before. */
export function joinedOutputs(
  member: ObservedMembership,
  now: number,
  before: FedJoinOutputs | undefined,
  joinTokenFingerprint: string | undefined,
): FedJoinOutputs {
  const same = before?.clusterId === member.clusterId;
  return {
    clusterName: member.name,
    ...identityOf(member, before),
    masterId: member.masterId ?? before?.masterId ?? "",
    role: "joint",
    status: "joined",
    joinedAt: same && before.joinedAt !== "" ? before.joinedAt : new Date(now).toISOString(),
    joinTokenFingerprint: joinTokenFingerprint ?? before?.joinTokenFingerprint ?? "",
    previousMasters: before?.previousMasters,
  };
}

/** Returns the outputs of a join that was accepted, or may have been, and that no side shows yet. */
export function unconfirmedOutputs(
  name: string,
  before: FedJoinOutputs | undefined,
  joinTokenFingerprint: string | undefined,
): FedJoinOutputs {
  return {
    clusterName: name,
    clusterId: before?.clusterId ?? "",
    formerIds: before?.formerIds ?? [],
    masterId: before?.masterId ?? "",
    role: "",
    status: "unconfirmed",
    joinedAt: "",
    joinTokenFingerprint: joinTokenFingerprint ?? before?.joinTokenFingerprint ?? "",
    previousMasters: before?.previousMasters,
  };
}
