// The tables that docs/reference/errors.md is made of.
export { classificationTable, errorKinds, operations } from "./errors/neuVectorError";
export type { ErrorKindInfo, Operation } from "./errors/neuVectorError";
