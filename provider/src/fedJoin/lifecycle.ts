import { createAnnouncer } from "./announcer";
import { clusterUidProblems, nameProblems } from "./checkMembership";
import { clusterNameFromUid, drawClusterName } from "../membership/clusterName";
import { createCredentialsProof } from "./credentialsProof";
import { diffInputs, type DiffResult } from "./diff";
import { NeuVectorError } from "../errors";
import { withoutAbsent, type InputProblem } from "./checkInputs";
import { parseInputs, type FedJoinInputs } from "./inputs";
import { deadlineOf, joinMember } from "./joinMember";
import { outputsOf } from "./joinResult";
import { leaveFederation } from "../membership/leave";
import { look } from "../membership/look";
import { judge, type Verdict } from "../membership/membership";
import type { Ports } from "../ports";
import { withHolders } from "./withHolders";
import { withParties } from "./parties";
import type { LifecycleParts } from "./parts";
import { settlePreviousMasters } from "./previousMasters";
import { createReplacements } from "./replacements";
import { isSameMembership, siteOf } from "./site";
import { fromStored, joinedOutputs, toStored, type FedJoinOutputs, type Stored } from "./state";
import { refuseUnrecorded } from "./unrecorded";
import { updateMembership, withStateHint } from "./updateMembership";
import { wantedOf } from "./wantedOf";

/** The life of a FedJoin as Pulumi's engine drives it; satisfies `pulumi.dynamic.ResourceProvider`. */
export interface Lifecycle {
  /** Every wrong input at once; the inputs come back without those that are `null`. Sends nothing, but for a declared name, which is looked up on the master's list. */
  check(olds: Stored, news: Stored): Promise<{ inputs: Stored; failures: InputProblem[] }>;
  /** See `diffInputs`. Sends nothing. Says once who would leave, and why. */
  diff(id: string, stored: Stored, news: Stored): Promise<DiffResult>;
  /** Joins or adopts. An unclear outcome is a partial failure, so that the next `up` completes it under the same name. */
  create(news: Stored): Promise<{ id: string; outs: Record<string, unknown> }>;
  /** The membership as both sides show it; `{}` only when both that can be read show none. A side that does not answer is an error. */
  read(id: string, stored: Stored): Promise<{ id?: string; props?: Record<string, unknown> }>;
  /** See `updateMembership`. */
  update(id: string, stored: Stored, news: Stored): Promise<{ outs: Record<string, unknown> }>;
  /**
   * Leaves and cleans up on both sides; already gone is success. For a replacement, only once that is proven. Sends nothing
   * where another resource of the run owns the membership.
   */
  delete(id: string, stored: Stored): Promise<void>;
}

/** The lifecycle over the given parts. Every error is a NeuVectorError, or a partial failure made of one. */
export function createLifecycle(parts: LifecycleParts): Lifecycle {
  const { ports } = parts;
  const prove = createCredentialsProof(parts);
  const replacements = createReplacements(parts);
  const announce = createAnnouncer(ports.log);
  const forgetPreviousMasters = async (stored: Stored): Promise<void> => {
    const { previousMasters = [] } = fromStored(stored).outputs;
    await settlePreviousMasters(previousMasters, { masterId: "", clusterId: "" }, "remove", parts);
  };
  return withHolders(membership, ports.log, {
    async check(olds, raw) {
      const news = withoutAbsent(raw);
      const parsed = parseInputs(news);
      const problems = "problems" in parsed ? parsed.problems : await nameProblems(parsed.inputs, olds, parts);
      return { inputs: news, failures: [...problems, ...clusterUidProblems(olds, news)] };
    },

    diff(id, stored, news) {
      const result = diffInputs(stored, news);
      replacements.note(id, stored, result.deleteBeforeReplace ? news : undefined);
      announce(id, stored, news, result);
      return Promise.resolve(result);
    },

    async create(news) {
      const inputs = requireInputs(news);
      try {
        const outcome = await joinMember(parts, inputs, {
          name: nameFor(inputs, ports),
          nameIsFixed: inputs.name !== undefined,
          keepName: inputs.nameSuffix === "uid",
          ifAbsent: inputs.ifAbsent,
          mend: { kicked: inputs.ifAbsent === "join", changed: false },
        });
        const result = outputsOf(outcome, news, inputs, undefined, ports.clock.now());
        return { id: result.clusterName, outs: toStored(news, result) };
      } catch (error) {
        throw replacements.explain(news, error);
      }
    },

    async read(id, stored) {
      const { inputs, outputs } = fromStored(stored);
      const verdict = await withParties(inputs, parts, async ({ sides }) =>
        judge(wantedOf(id, inputs, outputs), await look(sides, parts.signal)),
      ).catch((error: unknown) => {
        throw withStateHint(error, inputs);
      });
      const now = readOutputs(verdict, outputs, ports.clock.now());
      const previousMasters = await settlePreviousMasters(
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
      await replacements.prove(id, stored);
      const inputs = replacements.withNewCredentials(id, stored, before);
      await withParties(inputs, parts, async ({ sides }) => {
        await leaveFederation(
          {
            wanted: wantedOf(id, inputs, outputs),
            retry: inputs.retry,
            deadlineMs: deadlineOf(inputs, ports),
            force: inputs.forceLeave,
            withoutMaster: inputs.onMasterLost === "force",
          },
          { ports, sides, signal: parts.signal },
        );
        await refuseUnrecorded(id, sides.site, parts);
      }).catch((error: unknown) => {
        throw withStateHint(error, inputs);
      });
      await forgetPreviousMasters(stored);
      replacements.left(id, stored);
    },

    handOver: forgetPreviousMasters,
  });
}

/** What a FedJoin owns. */
const membership = {
  objectOf: siteOf,
  isSame: isSameMembership,
  property: "jointRest",
  object: "the membership of this site",
};

function requireInputs(raw: Stored): FedJoinInputs {
  const parsed = parseInputs(raw);
  if ("inputs" in parsed) return parsed.inputs;
  const list = parsed.problems.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
  throw new NeuVectorError("invalid_input", list);
}

function nameFor({ name, nameSuffix, storeId, clusterUid }: FedJoinInputs, { random }: Ports): string {
  if (name !== undefined) return name;
  return nameSuffix === "uid" && clusterUid !== undefined
    ? clusterNameFromUid(storeId, clusterUid)
    : drawClusterName(storeId, random);
}

function readOutputs(verdict: Verdict, before: FedJoinOutputs, now: number): FedJoinOutputs | undefined {
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
