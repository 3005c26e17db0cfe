import { choice, expected, text, wholeNumber } from "@fedjoin/provider/internal/values";
import * as z from "zod";

export const textMap = z.record(z.string(), text, expected("a mapping of names to text"));

/** A list; a problem of an element is reported at its index. */
export const list = <Element extends z.ZodType>(element: Element) => z.array(element, expected("a list"));

export const positiveInteger = wholeNumber(1);

/** The name of a Kubernetes object. */
export const objectName = text.regex(
  /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
  "expected a name of lower-case letters, digits and inner . and -",
);

/** The owner of a membership: a FedJoin of this stack, the exporter by itself, or nobody here. */
export const joinedBy = choice("pulumi", "exporter", "none");

/** The endpoint that gets the join. */
export const joinVia = choice("controller", "master");

/** `auto`, or a UID. Those of Kubernetes are UUIDs, so a typing error is refused. */
export const clusterUid = text.regex(
  /^(auto|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/,
  "expected auto, or the UID of the cluster's namespace kube-system",
);
