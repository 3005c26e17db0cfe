/** What compliance checks and vulnerabilities are found in, as the controller names its fields. */
export const assetKinds = ["workloads", "nodes", "images", "platforms"] as const;
