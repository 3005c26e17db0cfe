import { z } from "zod";
import type { SchemaContext } from "./connection";
import { hasPath, isOwnedElsewhere } from "./defaults";
import {
  at,
  atMostOne,
  clusterUid,
  expected,
  flag,
  joinedBy,
  mapping,
  objectName,
  port,
  seconds,
  server,
  storeId,
  text,
} from "./scalars";
import { kubernetesSchema } from "./kubernetes";
import type { MasterFacts } from "./master";
import { controllerSchema, exporterSchema, containsAccount } from "./exporter";

const retries = "expected 0 to 1000";

const retry = mapping({
  maxRetries: z
    .int(expected("a whole number"))
    .min(0, retries)
    .max(1000, retries)
    .exactOptional()
    .describe("attempts after the first one; default 10"),
  initialDelaySeconds: seconds
    .exactOptional()
    .describe("delay before the second attempt, doubled each time; default 10"),
  maxDelaySeconds: seconds.exactOptional().describe("the longest delay; default 300"),
  jitter: z
    .enum(["none", "equal", "full"], expected("none, equal or full"))
    .exactOptional()
    .describe("randomizes delays, so that many sites do not retry at once; default none"),
});

const label = text
  .max(63, "expected at most 63 characters")
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "expected lower-case letters, digits and inner hyphens");

const labelText = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const labelName = text.regex(labelText, "expected a label's name: letters, digits, inner . _ -, at most 63");
const labelValue = text.regex(labelText, "expected letters, digits, inner . _ -, at most 63");

const referenceOnlyProblem =
  "is required: the exporter's Secret needs the account itself, and controller.credentials is only a reference";

const fedJoinOnlyProblem = "only a FedJoin has it: it needs joinedBy: pulumi";

/** One cluster of the federation: where it runs, what is deployed there, who owns its membership. */
export function memberSchema<S>(ports: SchemaContext<S>, master: MasterFacts) {
  return mapping({
    storeId: storeId.describe("the site's identifier; a different one is a different member"),
    name: text.max(255).exactOptional().describe("the cluster name; default: the store id, - and 6 random characters"),
    nameSuffix: z
      .enum(["random", "uid"], expected("random or uid"))
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
    ifAbsent: z
      .enum(["join", "fail"], expected("join or fail"))
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
    kubernetes: kubernetesSchema(ports).prefault({}).describe("the cluster of the exporter; default: as for kubectl"),
    namespace: label.default("neuvector").describe("the exporter's namespace"),
    createNamespace: flag
      .default(false)
      .describe(
        "create the namespace if it is missing. It stays when its members leave, because other objects may be in it",
      ),
    initConfig: mapping({
      configMap: objectName.exactOptional().describe("the ConfigMap, such as neuvector-init of the Helm chart"),
      secret: objectName.exactOptional().describe("the Secret, instead of a ConfigMap"),
      namespace: label.default("neuvector").describe("NeuVector's namespace"),
    })
      .check(...atMostOne("configMap", "secret"))
      .refine(({ configMap, secret }) => (configMap ?? secret) !== undefined, at("", "give configMap or secret"))
      .exactOptional()
      .describe(
        "NeuVector's init configuration. Each preview and up reads it, and refuses a cluster with a " +
          "fedinitcfg.yaml, with which NeuVector joins by itself: such a member needs joinedBy: none",
      ),
    controller: controllerSchema(ports).exactOptional().describe("the controller of the cluster that joins"),
    jointRest: mapping({
      server: server.describe("a host name or an address, without scheme or port"),
      port: port.describe("its port"),
    })
      .exactOptional()
      .describe("where the master can reach the site; required to join"),
    exporter: exporterSchema(ports).prefault({}).describe("the exporter to deploy"),
    retry: retry.exactOptional().describe("how to retry a join"),
    timeoutSeconds: seconds.exactOptional().describe("the time limit for a FedJoin's create, update or delete"),
    onMasterLost: z
      .enum(["fail", "force"], expected("fail or force"))
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
  })
    .refine(
      (member) => member.joinedBy === "none" || member.jointRest !== undefined,
      at("jointRest", "is required to join"),
    )
    .refine(
      (member) => member.joinedBy !== "pulumi" || master.hasToken || master.hasCredentials,
      at("joinedBy", "needs master.joinToken, master.joinTokenUrl, or master.credentials to mint a token"),
    )
    .refine(
      (member) => member.joinedBy !== "exporter" || master.hasToken || existingSecretHoldsToken(member),
      at("joinedBy", "an exporter mints no token: it needs master.joinToken or master.joinTokenUrl"),
    )
    .refine(
      (member) =>
        member.joinedBy !== "exporter" ||
        (existingSecretHoldsToken(member)
          ? existingSecretHolds(member, "JOIN_TOKEN") || !master.refersToBearer
          : !master.refersToToken),
      at(
        "joinedBy",
        "an exporter reads no references: give master.joinToken, or joinTokenUrl and its bearer, themselves",
      ),
    )
    .refine(
      (member) => member.joinedBy !== "exporter" || member.ifAbsent !== "fail",
      at("ifAbsent", "an exporter joins wherever it is absent: fail needs joinedBy: pulumi"),
    )
    .refine(
      (member) => member.joinedBy !== "exporter" || member.nameSuffix !== "uid",
      at("nameSuffix", "an exporter draws its suffix: uid needs joinedBy: pulumi; or give a name"),
    )
    .refine(
      ({ joinedBy: owner, protect }) => !isOwnedElsewhere(owner) || protect === undefined,
      at("protect", fedJoinOnlyProblem),
    )
    .refine(
      ({ joinedBy: owner, retainOnDelete }) => !isOwnedElsewhere(owner) || retainOnDelete === undefined,
      at("retainOnDelete", fedJoinOnlyProblem),
    )
    .refine(
      ({ nameSuffix, clusterUid: uid }) => nameSuffix !== "uid" || uid !== undefined,
      at("clusterUid", "is required by nameSuffix: uid; auto reads it from the cluster"),
    )
    .refine(
      (member) => member.joinedBy !== "pulumi" || master.joinVia === "master" || isReachable(member),
      at("controller.server", "is required: the join is sent there"),
    )
    .refine(
      (member) =>
        member.joinedBy !== "pulumi" || master.joinVia !== "master" || master.hasCredentials || isReachable(member),
      at("controller.server", "is required, unless there are master.credentials: one side must be readable"),
    )
    .refine(
      ({ exporter, controller }) => !exporter.enabled || (controller?.service ?? controller?.server) !== undefined,
      at("controller.service", "is required by the exporter, unless controller.server serves it too"),
    )
    .refine(
      ({ joinedBy: owner, exporter }) => owner === "pulumi" || exporter.enabled,
      at("exporter.enabled", "joinedBy: exporter needs the exporter, and joinedBy: none has nothing else to deploy"),
    )
    .refine(
      ({ joinedBy: owner, exporter }) => owner === "exporter" || exporter.joinMode === undefined,
      at("exporter.joinMode", "only an exporter that joins has one: it needs joinedBy: exporter"),
    )
    .refine(
      ({ exporter, controller }) => !exporter.enabled || !hasSecretReference(controller) || hasScrapeAccount(exporter),
      at("exporter.credentials", referenceOnlyProblem),
    )
    .refine(
      ({ joinedBy: owner, exporter, controller }) =>
        owner !== "exporter" ||
        master.joinVia !== "controller" ||
        !hasSecretReference(controller) ||
        exporter.joinCredentials !== undefined ||
        (["CTRL", "JOIN"] as const).some((prefix) => containsAccount(exporter.existingSecret?.holds, prefix)),
      at("exporter.joinCredentials", referenceOnlyProblem),
    )
    .refine(
      ({ joinedBy: owner, exporter, controller }) =>
        controller === undefined ||
        controller.credentials !== undefined ||
        (owner !== "pulumi" && hasScrapeAccount(exporter)),
      at("controller.credentials", "is required"),
    )
    .refine(
      (member) =>
        member.joinedBy === "exporter" || !joinSettings.some((setting) => existingSecretHolds(member, setting)),
      at("exporter.existingSecret.holds", "settings of the join need joinedBy: exporter"),
    )
    .transform(({ controller, exporter, ...site }) => ({
      ...site,
      controller: controller && resolveController(controller),
      exporter: controller && resolveExporter(exporter, controller, master),
    }));
}

interface WithExporter {
  readonly exporter: { readonly existingSecret?: { readonly holds: readonly string[] } };
}

const joinSettings = ["JOIN_USERNAME", "JOIN_PASSWORD", "JOIN_APIKEY", "JOIN_TOKEN", "JOIN_TOKEN_URL"];

function existingSecretHolds({ exporter }: WithExporter, setting: string): boolean {
  const held = exporter.existingSecret?.holds;
  return Array.isArray(held) && held.includes(setting);
}

function existingSecretHoldsToken(member: WithExporter): boolean {
  return existingSecretHolds(member, "JOIN_TOKEN") || existingSecretHolds(member, "JOIN_TOKEN_URL");
}

/** True for an exporter that needs none of the controller's credentials to scrape. */
function hasScrapeAccount({
  credentials,
  existingSecret,
}: WithExporter["exporter"] & { readonly credentials?: object }) {
  return credentials !== undefined || containsAccount(existingSecret?.holds, "CTRL");
}

function isReachable({ controller }: { readonly controller?: { readonly server?: string } }): boolean {
  return controller?.server !== undefined;
}

/** True for an account whose secret only a FedJoin can read. */
function hasSecretReference(controller: { readonly credentials?: object } | undefined): boolean {
  const { credentials } = controller ?? {};
  return hasPath(credentials, ["passwordFrom"]) || hasPath(credentials, ["apiKeyFrom"]);
}

/** True for a member whose Kubernetes cluster is asked for something. */
export function usesCluster<S>(member: z.output<ReturnType<typeof memberSchema<S>>>): boolean {
  return member.exporter !== undefined || readsUid(member) || member.initConfig !== undefined;
}

/** True for a member whose cluster's UID is read. */
export function readsUid<S>({ joinedBy: owner, clusterUid: uid }: z.output<ReturnType<typeof memberSchema<S>>>) {
  return owner === "pulumi" && uid === "auto";
}

type Site<S> = z.output<ReturnType<typeof controllerSchema<S>>>;
type Exporter<S> = z.output<ReturnType<typeof exporterSchema<S>>>;

/** The controller as a FedJoin talks to it, if it can. */
function resolveController<S>({ server: host, port: number, basePath, proxy, credentials, tls }: Site<S>) {
  return host === undefined || credentials === undefined
    ? undefined
    : {
        ...{ server: host, port: number, credentials },
        ...(basePath !== undefined && { basePath }),
        ...(proxy !== undefined && { proxy }),
        ...(tls && { tls }),
      };
}

/**
 * The exporter with the controller as it talks to it. One that scrapes with an account of its own joins with the
 * controller's; at a master it has none but what was given for that.
 */
function resolveExporter<S>(exporter: Exporter<S>, controller: Site<S>, { joinVia }: MasterFacts) {
  const { enabled, image, credentials, joinCredentials, ...rest } = exporter;
  const { holds: held } = rest.existingSecret ?? {};
  const { server: host, port: number, basePath, tls } = controller;
  const address =
    controller.service ??
    (host === undefined ? undefined : { server: host, port: number, ...(basePath !== undefined && { basePath }) });
  if (!enabled || image === undefined || address === undefined) return undefined;
  const isHeld = containsAccount(held, "CTRL");
  const ofController = isHeld && hasSecretReference(controller) ? undefined : controller.credentials;
  const separate = joinVia === "controller" && (credentials !== undefined || isHeld) ? ofController : undefined;
  return {
    ...rest,
    image,
    controller: {
      ...address,
      credentials: isHeld ? {} : (credentials ?? controller.credentials ?? {}),
      ...(tls && { tls }),
    },
    joinCredentials: containsAccount(held, "JOIN") ? {} : (joinCredentials ?? separate),
  };
}
