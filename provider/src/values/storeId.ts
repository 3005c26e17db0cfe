import { text } from "./primitives";

/** A store id; it becomes part of the cluster name and of a host name. */
export const storeIdPattern = /^[A-Za-z0-9]([A-Za-z0-9-]{0,50}[A-Za-z0-9])?$/;

export const storeId = text.regex(storeIdPattern, "expected letters, digits and inner hyphens, at most 52");
