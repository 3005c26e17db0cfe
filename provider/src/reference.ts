// The tables that docs/reference/errors.md is made of.
export { errorKinds, operations } from "./errors/neuVectorError";
export { classificationTable } from "./neuvector/rest/classify";
export type { ErrorKindInfo, Operation } from "./errors/neuVectorError";
