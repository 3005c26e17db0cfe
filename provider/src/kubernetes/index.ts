// Kubeconfigs, and what must exist where an exporter is deployed.
export { contextProblem, parseKubeconfig, resolveContext } from "./kubeconfig";
export type { Kubeconfig } from "./kubeconfig";
export { checkPlacement } from "./placement";
export type { KubeFetch, Placement, PlacementFinding } from "./placement";
