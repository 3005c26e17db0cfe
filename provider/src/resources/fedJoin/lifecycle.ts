import { diffInputs } from "./diff";
import { identityProblems } from "./identityProblems";
import { parseFedJoinInputs, type FedJoinInputs } from "./inputs";
import { joinMember } from "./joinMember";
import { outputsFromOutcome } from "./joinResult";
import { leaveMember, rejectUnrecordedMembership } from "./leaveMember";
import { createLeaveWarnings } from "./plannedMove";
import { updatePreviousMasters } from "./previousMasters";
import { createReplacements } from "./replacements";
import { createMembershipReporter } from "./sharedObservation";
import { isSameMembership, readSite, siteKeys } from "./site";
import { fromStored, joinedOutputs, endedOutputs, ownedMembership, toStored, type FedJoinOutputs } from "./state";
import { updateMembership } from "./updateMembership";
import { addStatePasswordHint, createCredentialsVerifier } from "./verifyCredentials";
import { withSessions } from "./withSessions";
import { clusterNameFromUid, generateClusterName } from "../../federation/clusterName";
import { desiredMembership } from "../../federation/membership";
import type { MembershipState } from "../../federation/membershipState";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Ports } from "../../neuvector/ports";
import { omitNullish } from "../../values/mapping";
import { requireInputs } from "../shared/checkInputs";
import type { LifecycleDeps } from "../shared/lifecycle";
import type { ResourceLifecycle } from "../shared/resourceLifecycle";
import type { ResourceProps } from "../shared/props";
import { withOwnership } from "../shared/withOwnership";

/**
 * Creates the lifecycle of a FedJoin. Every error is a NeuVectorError, or a partial failure made of one.
 *
 * - check sends a request only for a declared name, which it compares with the master's list.
 * - diff sends nothing, and warns once about a site that would leave. See `diffInputs`.
 * - create joins or adopts. An unknown outcome is a partial failure: the next `up` completes it under the same name.
 * - read returns `{}` only if every readable side shows no membership. A side that does not answer is an error. See
 *   `createMembershipReporter`.
 * - update: see `updateMembership`.
 * - delete leaves and cleans up on both sides. For a replacement, only once its destination is verified.
 */
export function createFedJoinLifecycle(deps: LifecycleDeps): ResourceLifecycle {
  const { ports } = deps;
  const reportMembership = createMembershipReporter(deps);
  const verifyCredentials = createCredentialsVerifier(deps);
  const replacements = createReplacements(deps);
  const warnOfLeaves = createLeaveWarnings(ports.log);
  const cleanUpPreviousMasters = async (stored: ResourceProps): Promise<void> => {
    const { previousMasters = [] } = fromStored(stored).outputs;
    await updatePreviousMasters(previousMasters, { masterId: "", clusterId: "" }, "remove", deps);
  };
  return withOwnership(ownership, ports.log, {
    async check(olds, raw) {
      const news = omitNullish(raw);
      const parsed = parseFedJoinInputs(news);
      const own = "problems" in parsed ? parsed.problems : [];
      const inputs = "inputs" in parsed ? parsed.inputs : undefined;
      return { inputs: news, failures: [...own, ...(await identityProblems(inputs, olds, news, deps))] };
    },

    diff(id, stored, news) {
      const result = diffInputs(stored, news);
      replacements.record(id, stored, result.deleteBeforeReplace ? news : undefined);
      warnOfLeaves(id, stored, news, result);
      return Promise.resolve(result);
    },

    async create(news) {
      const inputs = requireInputs(parseFedJoinInputs(news));
      try {
        const outcome = await joinMember(deps, inputs, {
          membership: desiredMembership(inputs, {
            name: chooseName(inputs, ports),
            nameIsFixed: inputs.name !== undefined,
          }),
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
      const found = await withSessions(inputs, deps, ({ sessions }) =>
        reportMembership(ownedMembership(id, inputs, outputs), sessions),
      ).catch((error: unknown) => {
        throw addStatePasswordHint(error, inputs);
      });
      const now = readOutputs(found, outputs, ports.clock.now());
      const before = outputs.previousMasters ?? [];
      const previousMasters = await updatePreviousMasters(before, now ?? outputs, "report", deps);
      if (now !== undefined) return { id, props: toStored(stored, { ...now, previousMasters }) };
      if (previousMasters.every(({ found }) => found !== "listed")) return {};
      return { id, props: toStored(stored, { ...outputs, status: "left", previousMasters }) };
    },

    async update(id, stored, news) {
      const inputs = requireInputs(parseFedJoinInputs(news));
      const outputs = await updateMembership({ id, stored, news, inputs }, verifyCredentials, deps);
      return { outs: toStored(news, outputs) };
    },

    async delete(id, stored) {
      const { inputs: before, outputs } = fromStored(stored);
      await replacements.verify(id, stored);
      const inputs = replacements.withNewCredentials(id, stored, before);
      await withSessions(inputs, deps, async ({ sessions }) => {
        await leaveMember(deps, inputs, ownedMembership(id, inputs, outputs), sessions);
        await rejectUnrecordedMembership(id, sessions.site, deps);
      }).catch((error: unknown) => {
        throw addStatePasswordHint(error, inputs);
      });
      await cleanUpPreviousMasters(stored);
      replacements.recordLeave(id, stored);
    },

    handOver: cleanUpPreviousMasters,
  });
}

const ownership = {
  readObject: readSite,
  keysOf: siteKeys,
  isSame: isSameMembership,
  property: "jointRest",
  description: "the membership of this site",
};

function chooseName({ name, nameSuffix, storeId, clusterUid }: FedJoinInputs, { random }: Ports): string {
  if (name !== undefined) return name;
  return nameSuffix === "uid" && clusterUid !== undefined
    ? clusterNameFromUid(storeId, clusterUid)
    : generateClusterName(storeId, random);
}

/** Returns the outputs for a refresh; `undefined` if there is no membership. */
function readOutputs(found: MembershipState, before: FedJoinOutputs, now: number): FedJoinOutputs | undefined {
  switch (found.state) {
    case "joined":
      return { ...joinedOutputs(found.member, now, before, undefined), refusedCredentials: before.refusedCredentials };
    case "absent":
    case "name_taken":
      return undefined;
    case "left":
    case "elsewhere":
      return endedOutputs(found.state, found.members, before);
    case "kicked":
    case "renamed":
    case "moved":
      return { ...before, status: found.state };
    case "master":
      return { ...before, status: "promoted" };
    case "no_master":
      throw new NeuVectorError("wrong_role", "the cluster named as master is not a federation master", {
        hint: "It was demoted, or the address belongs to another cluster: the state of its members cannot be determined.",
      });
  }
}
