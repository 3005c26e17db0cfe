export { accountToken, createObjects } from "./cluster/kubectl";
export { type AuditedRequest, auditedRequests } from "./cluster/auditLog";
export {
  connectControlPlane,
  type ControlPlane,
  type ControlPlaneAccess,
  startControlPlane,
} from "./cluster/controlPlane";
export { kubeconfigOf } from "./cluster/kubeconfig";
export { installMonitoringCrds } from "./cluster/monitoringCrds";
export { type PodRunner, startPodRunner } from "./cluster/podRunner";
export { waitFor } from "./cluster/waitFor";
export { exporterImages, nextExporterImage, pinnedExporterImage } from "./exporterImages";
export { type Collector, startCollector } from "./collector";
export { encodingsOf, findLeaks } from "./leaks";
export { installPackedPackages, installTarballs, linkPackages, packageNeeds } from "./packages/installTarballs";
export { packPackages, publicPackages, type PublicPackage, type Tarball } from "./packages/packPackages";
export { changedConfig } from "./project/changedConfig";
export { createExampleProject, type ExampleProject, installForExamples } from "./project/exampleProject";
export { fedJoinInputs, quickRetry } from "./project/fedJoinInputs";
export { createJoinProject, type JoinProject } from "./project/joinProject";
export { liveObject, type LiveObject, missingObjects, objectId, pathOf, storedObjects } from "./project/liveObjects";
export { membershipConfig, type MembershipOptions } from "./project/membershipConfig";
export { withOlderProviders } from "./project/olderState";
export { createProject, createTemplateProject, type Project } from "./project/project";
export { quietFlags } from "./project/quietFlags";
export { sharedCaConfig } from "./project/sharedCaConfig";
export { exporterImage, type StackConfig, storeIds } from "./project/stackConfig";
export { isFedJoin, storedResources } from "./project/stateFile";
export { type Prometheus, startPrometheus } from "./prometheus";
export { checkConfig, checkMetrics, checkRules, testRules } from "./promtool";
export { runImport } from "./scale/importRun";
export { joinByHand } from "./scale/joinByHand";
export { runScale } from "./scale/scaleRun";
export { scrape } from "./scrape";
export { startTestbed, type Testbed, type TestbedOptions } from "./testbed";
export { cacheRoot } from "./toolchain/cache";
export { findOnPath } from "./toolchain/findOnPath";
export { prepareCollector, preparePulumi, prepareTools, type PulumiTools, type Tools } from "./toolchain/prepareTools";
export { pulumiCli, type PulumiCli } from "./toolchain/pulumiCli";
export { pulumiEnvironment } from "./toolchain/pulumiEnvironment";
export { nodeBinDir, repositoryRoot } from "./toolchain/repository";
export { type CommandResult, runCommand } from "./toolchain/runCommand";
export type { Command } from "./toolchain/tools";
