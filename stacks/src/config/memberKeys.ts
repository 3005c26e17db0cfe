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
} from "@fedjoin/provider/values";
import { z } from "zod";
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
    secret: objectName.exactOptional().describe("the Secret, in place of a ConfigMap"),
    namespace: namespace.default("neuvector").describe("where NeuVector runs"),
  }),
  ...atMostOne("configMap", "secret"),
  ["", "give configMap or secret", ({ configMap, secret }) => (configMap ?? secret) !== undefined],
);

/** A member's keys, each checked by itself. */
export function memberMapping<S>(context: SchemaContext<S>) {
  return mapping({
    storeId: storeId.describe("the site's identifier; another one is another member"),
    name: text.max(255).exactOptional().describe("the cluster name; default the store id, - and 6 random characters"),
    nameSuffix: choice("random", "uid")
      .exactOptional()
      .describe("the 6 characters: drawn once (random, the default), or made from clusterUid, so that they come back"),
    clusterUid: clusterUid
      .exactOptional()
      .describe(
        "which cluster the site is: the UID of its namespace kube-system; another one under this store id is refused. " +
          "auto reads it at each preview and up, which need that cluster then, even where no exporter is deployed; " +
          "so it is not the default",
      ),
    ifAbsent: choice("join", "fail")
      .exactOptional()
      .describe("a site that is not a member yet: join it (the default), or fail, to adopt memberships only"),
    joinedBy: joinedBy
      .default("pulumi")
      .describe("who owns the membership: a FedJoin of this stack, the exporter by itself, or nobody here"),
    labels: z
      .record(labelName, labelValue, expected("a mapping of names to text"))
      .default({})
      .describe(
        "words about the site, such as region: north, by which stacks share a list of members (shard); no Kubernetes " +
          "object gets them: those have exporter.objectLabels",
      ),
    kubernetes: kubernetesSchema(context)
      .prefault({})
      .describe("the cluster where the exporter goes; default what kubectl would take"),
    namespace: namespace.default("neuvector").describe("where the exporter goes"),
    createNamespace: flag
      .default(false)
      .describe(
        "make the namespace where it is missing. It stays when its members leave, since other objects may be in it",
      ),
    initConfig: initConfig
      .exactOptional()
      .describe(
        "where NeuVector's init configuration is. Each preview and up reads it, and refuses a cluster with a " +
          "fedinitcfg.yaml, by which NeuVector joins by itself: such a member needs joinedBy: none",
      ),
    controller: controllerSchema(context).exactOptional().describe("the controller of the cluster that joins"),
    jointRest: address.exactOptional().describe("where the master reaches the site; required to join"),
    exporter: exporterSchema(context).prefault({}).describe("the exporter to deploy"),
    retry: partialRetryPolicy.exactOptional().describe("how a join is repeated"),
    timeoutSeconds: seconds.exactOptional().describe("the deadline of a FedJoin's create, update or delete"),
    onMasterLost: choice("fail", "force")
      .exactOptional()
      .describe("a master that does not answer when its member leaves: fail (the default), or leave by force"),
    forceLeave: flag.exactOptional().describe("on delete, leave even if the other side cannot be told; default false"),
    protect: flag
      .exactOptional()
      .describe(
        "the membership alone, not the exporter: an up that would delete or replace it is refused as a whole; default " +
          "false. Needs joinedBy: pulumi; a default passes other members by",
      ),
    retainOnDelete: flag
      .exactOptional()
      .describe(
        "the membership alone: once the member is removed, the stack forgets it and asks nobody, and the site stays " +
          "what it is; default false. Needs joinedBy: pulumi; a default passes other members by",
      ),
  });
}

export type MemberKeys<S> = z.output<ReturnType<typeof memberMapping<S>>>;
