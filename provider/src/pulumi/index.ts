// The pulumi CLI, the files of its stacks, and what its output says about FedJoin resources.
export { findLeaves } from "./previewLeaves";
export type { MembershipChange } from "./previewLeaves";
export { PulumiCliError } from "./pulumiCli";
export { createPulumi } from "./pulumiProcess";
export { readStackConfig } from "./stackConfig";
export { parseStackConfig, projectName, stackFilePath } from "./stackFile";
