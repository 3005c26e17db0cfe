export { runEngine } from "./engine/runEngine";
export { emptyState, type EngineState, type PendingOperation, type StateResource } from "./engine/state";
export { outputOf, type Program, type Registration, type ResourceOptions } from "./engine/program";
export { createUrn, type Urn } from "./engine/urn";
export type { Hooks, Result, Run, Step, StepOp } from "./engine/run";
export { PartialFailure, type DiffAnswer, type Props, type Provider, type ReadAnswer } from "./engine/provider";
export { dynamicProvider, type DynamicLifecycle } from "./engine/dynamicProvider";
