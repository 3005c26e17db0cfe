import { createLeaveWarnings } from "./leaveWarnings";
import { clusterUidProblems, nameProblems } from "./identityProblems";
import { clusterNameFromUid, generateClusterName } from "../../federation/clusterName";
import { createCredentialsVerifier } from "./verifyCredentials";
import { diffInputs, type DiffResult } from "./diff";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { InputProblem } from "../shared/checkInputs";
import { omitNullish } from "../../values/mapping";
import { parseFedJoinInputs, type FedJoinInputs } from "./inputs";
import { deadlineOf, joinMember } from "./joinMember";
import { outputsFromOutcome } from "./joinResult";
import { leaveFederation } from "../../federation/leave";
import { observe } from "../../federation/observe";
import { classifyMembership, type MembershipState } from "../../federation/membershipState";
import type { Ports } from "../../neuvector/ports";
import { withOwnership } from "../shared/withOwnership";
import { withSessions } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { updatePreviousMasters } from "./previousMasters";
import { createReplacements } from "./replacements";
import { isSameMembership, readSite } from "./site";
import { fromStored, joinedOutputs, toStored, type FedJoinOutputs, type ResourceProps } from "./state";
import { rejectUnrecordedMembership } from "./unrecordedMembership";
import { updateMembership, addStatePasswordHint } from "./updateMembership";
import { ownedMembership } from "./ownedMembership";

/** The life of a FedJoin as Pulumi's engine drives it; satisfies `pulumi.dynamic.ResourceProvider`. */
export interface FedJoinLifecycle {
  /** Every wrong input at once; the inputs come back without those that are `null`. Sends nothing, but for a declared name, which is looked up on the master's list. */
  check(olds: ResourceProps, news: ResourceProps): Promise<{ inputs: ResourceProps; failures: InputProblem[] }>;
  /** See `diffInputs`. Sends nothing. Says once who would leave, and why. */
  diff(id: string, stored: ResourceProps, news: ResourceProps): Promise<DiffResult>;
  /** Joins or adopts. An unclear outcome is a partial failure, so that the next `up` completes it under the same name. */
  create(news: ResourceProps): Promise<{ id: string; outs: Record<string, unknown> }>;
  /** The membership as both sides show it; `{}` only when both that can be read show none. A side that does not answer is an error. */
  read(id: string, stored: ResourceProps): Promise<{ id?: string; props?: Record<string, unknown> }>;
  /** See `updateMembership`. */
  update(id: string, stored: ResourceProps, news: ResourceProps): Promise<{ outs: Record<string, unknown> }>;
  /**
   * Leaves and cleans up on both sides; already gone is success. For a replacement, only once that is proven. Sends nothing
   * where another resource of the run owns the membership.
   */
  delete(id: string, stored: ResourceProps): Promise<void>;
}

/** The lifecycle over the given parts. Every error is a NeuVectorError, or a partial failure made of one. */
export function createFedJoinLifecycle(parts: LifecycleDeps): FedJoinLifecycle {
  const { ports } = parts;
  const prove = createCredentialsVerifier(parts);
  const replacements = createReplacements(parts);
  const announce = createLeaveWarnings(ports.log);
  const forgetPreviousMasters = async (stored: ResourceProps): Promise<void> => {
    const { previousMasters = [] } = fromStored(stored).outputs;
    await updatePreviousMasters(previousMasters, { masterId: "", clusterId: "" }, "remove", parts);
  };
  return withOwnership(membership, ports.log, {
    async check(olds, raw) {
      const news = omitNullish(raw);
      const parsed = parseFedJoinInputs(news);
      const problems = "problems" in parsed ? parsed.problems : await nameProblems(parsed.inputs, olds, parts);
      return { inputs: news, failures: [...problems, ...clusterUidProblems(olds, news)] };
    },

    diff(id, stored, news) {
      const result = diffInputs(stored, news);
      replacements.record(id, stored, result.deleteBeforeReplace ? news : undefined);
      announce(id, stored, news, result);
      return Promise.resolve(result);
    },

    async create(news) {
      const inputs = requireInputs(news);
      try {
        const outcome = await joinMember(parts, inputs, {
          name: chooseName(inputs, ports),
          nameIsFixed: inputs.name !== undefined,
          keepName: inputs.nameSuffix === "uid",
          ifAbsent: inputs.ifAbsent,
          repair: { kicked: inputs.ifAbsent === "join", changed: false },
        });
        const result = outputsFromOutcome(outcome, news, inputs, undefined, ports.clock.now());
        return { id: result.clusterName, outs: toStored(news, result) };
      } catch (error) {
        throw replacements.addLeaveContext(news, error);
      }
    },

    async read(id, stored) {
      const { inputs, outputs } = fromStored(stored);
      const verdict = await withSessions(inputs, parts, async ({ sessions }) =>
        classifyMembership(ownedMembership(id, inputs, outputs), await observe(sessions, parts.signal)),
      ).catch((error: unknown) => {
        throw addStatePasswordHint(error, inputs);
      });
      const now = readOutputs(verdict, outputs, ports.clock.now());
      const previousMasters = await updatePreviousMasters(
        outputs.previousMasters ?? [],
        now ?? outputs,
        "report",
        parts,
      );
      if (now !== undefined) return { id, props: toStored(stored, { ...now, previousMasters }) };
      if (previousMasters.every(({ found }) => found !== "listed")) return {};
      return { id, props: toStored(stored, { ...outputs, status: "left", previousMasters }) };
    },

    async update(id, stored, news) {
      const outputs = await updateMembership({ id, stored, news, inputs: requireInputs(news) }, prove, parts);
      return { outs: toStored(news, outputs) };
    },

    async delete(id, stored) {
      const { inputs: before, outputs } = fromStored(stored);
      await replacements.verify(id, stored);
      const inputs = replacements.withNewCredentials(id, stored, before);
      await withSessions(inputs, parts, async ({ sessions }) => {
        await leaveFederation(
          {
            membership: ownedMembership(id, inputs, outputs),
            retry: inputs.retry,
            deadlineMs: deadlineOf(inputs, ports),
            force: inputs.forceLeave,
            withoutMaster: inputs.onMasterLost === "force",
          },
          { ports, sessions, signal: parts.signal },
        );
        await rejectUnrecordedMembership(id, sessions.site, parts);
      }).catch((error: unknown) => {
        throw addStatePasswordHint(error, inputs);
      });
      await forgetPreviousMasters(stored);
      replacements.recordLeave(id, stored);
    },

    handOver: forgetPreviousMasters,
  });
}

/** What a FedJoin owns. */
const membership = {
  readObject: readSite,
  isSame: isSameMembership,
  property: "jointRest",
  description: "the membership of this site",
};

function requireInputs(raw: ResourceProps): FedJoinInputs {
  const parsed = parseFedJoinInputs(raw);
  if ("inputs" in parsed) return parsed.inputs;
  const list = parsed.problems.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
  throw new NeuVectorError("invalid_input", list);
}

function chooseName({ name, nameSuffix, storeId, clusterUid }: FedJoinInputs, { random }: Ports): string {
  if (name !== undefined) return name;
  return nameSuffix === "uid" && clusterUid !== undefined
    ? clusterNameFromUid(storeId, clusterUid)
    : generateClusterName(storeId, random);
}

function readOutputs(verdict: MembershipState, before: FedJoinOutputs, now: number): FedJoinOutputs | undefined {
  switch (verdict.state) {
    case "joined":
      return {
        ...joinedOutputs(verdict.member, now, before, undefined),
        refusedCredentials: before.refusedCredentials,
      };
    case "absent":
    case "name_taken":
      return undefined;
    case "kicked":
    case "left":
    case "renamed":
    case "moved":
    case "elsewhere":
      return { ...before, status: verdict.state };
    case "master":
      return { ...before, status: "promoted" };
    case "no_master":
      throw new NeuVectorError("wrong_role", "the cluster named as master is not a federation master", {
        hint: "It was demoted, or the address is another cluster's: nothing can be said about its members.",
      });
  }
}
