import {
  address,
  atMostOne,
  choice,
  expected,
  flag,
  mapping,
  partialRetryPolicy,
  seconds,
  storeId,
  text,
  withRules,
} from "@fedjoin/provider/internal/values";
import * as z from "zod";
import type { SchemaContext } from "./context";
import { controllerSchema } from "./controller";
import { exporterSchema } from "./exporter";
import { kubernetesSchema } from "./kubernetes";
import { clusterUid, joinedBy, objectName } from "./scalars";

const namespace = text
  .max(63, "expected at most 63 characters")
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "expected lower-case letters, digits and inner hyphens");

const labelText = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const labelName = text.regex(labelText, "expected a label's name: letters, digits, inner . _ -, at most 63");
const labelValue = text.regex(labelText, "expected letters, digits, inner . _ -, at most 63");

const initConfig = withRules(
  mapping({
    configMap: objectName.exactOptional().describe("the ConfigMap, such as neuvector-init of the Helm chart"),
    secret: objectName.exactOptional().describe("the Secret, instead of a ConfigMap"),
    namespace: namespace.default("neuvector").describe("NeuVector's namespace"),
  }),
  ...atMostOne("configMap", "secret"),
  ["", "give configMap or secret", ({ configMap, secret }) => (configMap ?? secret) !== undefined],
);

/** A member's keys, each checked by itself. */
export function memberMapping<S>(context: SchemaContext<S>) {
  return mapping({
    storeId: storeId.describe("the site's identifier; a different one is a different member"),
    name: text.max(255).exactOptional().describe("the cluster name; default: the store id, - and 6 random characters"),
    nameSuffix: choice("random", "uid")
      .exactOptional()
      .describe(
        "the 6 characters: drawn once (random, the default), or derived from clusterUid, so that they are always the same",
      ),
    clusterUid: clusterUid
      .exactOptional()
      .describe(
        "identifies the site's cluster: the UID of its namespace kube-system; another cluster under this store id is refused. " +
          "auto reads it at each preview and up, which then need that cluster, even if no exporter is deployed; " +
          "so it is not the default",
      ),
    ifAbsent: choice("join", "fail")
      .exactOptional()
      .describe("if the site is not a member yet: join (the default), or fail, to adopt memberships only"),
    joinedBy: joinedBy
      .default("pulumi")
      .describe("who owns the membership: a FedJoin of this stack, the exporter by itself, or nobody here"),
    labels: z
      .record(labelName, labelValue, expected("a mapping of names to text"))
      .default({})
      .describe(
        "labels of the site, such as region: north, by which stacks share a list of members (shard); Kubernetes objects " +
          "do not get them: use exporter.objectLabels",
      ),
    kubernetes: kubernetesSchema(context).prefault({}).describe("the cluster of the exporter; default: as for kubectl"),
    namespace: namespace.default("neuvector").describe("the exporter's namespace"),
    createNamespace: flag
      .default(false)
      .describe(
        "create the namespace if it is missing. It stays when its members leave, because other objects may be in it",
      ),
    initConfig: initConfig
      .exactOptional()
      .describe(
        "NeuVector's init configuration. Each preview and up reads it, and refuses a cluster with a " +
          "fedinitcfg.yaml, with which NeuVector joins by itself: such a member needs joinedBy: none",
      ),
    controller: controllerSchema(context).exactOptional().describe("the controller of the cluster that joins"),
    jointRest: address.exactOptional().describe("where the master can reach the site; required to join"),
    exporter: exporterSchema(context).prefault({}).describe("the exporter to deploy"),
    retry: partialRetryPolicy.exactOptional().describe("how to retry a join"),
    timeoutSeconds: seconds.exactOptional().describe("the time limit for a FedJoin's create, update or delete"),
    onMasterLost: choice("fail", "force")
      .exactOptional()
      .describe("if the master does not answer when its member leaves: fail (the default), or leave by force"),
    forceLeave: flag
      .exactOptional()
      .describe("on delete, leave even if the other side cannot be notified; default false"),
    protect: flag
      .exactOptional()
      .describe(
        "for the membership, not the exporter: an up that would delete or replace it is refused as a whole; default " +
          "false. Needs joinedBy: pulumi; as a default, it does not apply to other members",
      ),
    retainOnDelete: flag
      .exactOptional()
      .describe(
        "for the membership: once the member is removed, the stack drops it without contacting a controller, and the site stays " +
          "as it is; default false. Needs joinedBy: pulumi; as a default, it does not apply to other members",
      ),
  });
}

export type MemberKeys<S> = z.output<ReturnType<typeof memberMapping<S>>>;
