// @ts-check

/**
 * The decisions, and the unit tests that have to notice a change of them.
 * @type {readonly { files: readonly string[], tests: readonly string[] }[]}
 */
export const decisions = [
  { files: ["provider/src/federation/retry.ts"], tests: ["provider/federation/retry"] },
  {
    files: [
      "provider/src/federation/membership.ts",
      "provider/src/federation/membershipState.ts",
      "provider/src/federation/leaveStep.ts",
    ],
    tests: ["provider/federation/membership"],
  },
  { files: ["provider/src/federation/clusterName.ts"], tests: ["provider/federation/clusterName"] },
  { files: ["provider/src/neuvector/rest/classify.ts"], tests: ["provider/neuvector/errors/errors"] },
  { files: ["provider/src/resources/fedJoin/diff.ts"], tests: ["provider/resources/fedJoin/diff"] },
  { files: ["provider/src/resources/fedJoin/moveStep.ts"], tests: ["provider/resources/fedJoin/moveStep"] },
  { files: ["provider/src/federation/staleEntries.ts"], tests: ["provider/federation/staleEntries"] },
  { files: ["provider/src/cli/decisions/waves.ts"], tests: ["provider/cli/rollout"] },
  {
    files: ["exporter/src/join/watchDecision.ts", "exporter/src/join/lossCause.ts"],
    tests: ["exporter/join/watchDecision", "exporter/join/membershipKick"],
  },
  {
    files: ["provider/src/federation/joinObstacles.ts", "provider/src/federation/unknownOutcome.ts"],
    tests: ["provider/federation/joinObstacles"],
  },
];
