import { z } from "zod";
import type { LeafPorts } from "./connection";
import { has } from "./defaults";
import { at, clusterUid, expected, flag, joinedBy, mapping, port, seconds, server, storeId, text } from "./leaves";
import type { MasterFacts } from "./master";
import { controllerSchema, exporterSchema, kubernetesSchema } from "./site";

const retries = "expected 0 to 1000";

const retry = mapping({
  maxRetries: z.int(expected("a whole number")).min(0, retries).max(1000, retries).exactOptional(),
  initialDelaySeconds: seconds.exactOptional(),
  maxDelaySeconds: seconds.exactOptional(),
  jitter: z.enum(["none", "equal", "full"], expected("none, equal or full")).exactOptional(),
});

const label = text
  .max(63, "expected at most 63 characters")
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "expected lower-case letters, digits and inner hyphens");

const onlyReference =
  "is required: the exporter's Secret needs the account itself, and controller.credentials is only a reference";

/** One cluster of the federation: where it runs, what is deployed there, who owns its membership. */
export function memberSchema<S>(ports: LeafPorts<S>, master: MasterFacts) {
  return mapping({
    storeId: storeId.describe("the site's identifier; another one is another member"),
    name: text.max(255).exactOptional().describe("the cluster name; default the store id, - and 6 random characters"),
    nameSuffix: z
      .enum(["random", "uid"], expected("random or uid"))
      .exactOptional()
      .describe("the 6 characters: drawn once (random, the default), or made from clusterUid, so that they come back"),
    clusterUid: clusterUid
      .exactOptional()
      .describe(
        "which cluster the site is: the UID of its namespace kube-system; another one under this store id is refused. " +
          "auto reads it at each preview and up, which need that cluster then, even where no exporter is deployed; " +
          "so it is not the default",
      ),
    ifAbsent: z
      .enum(["join", "fail"], expected("join or fail"))
      .exactOptional()
      .describe("a site that is no member yet: join it (the default), or fail, to adopt memberships only"),
    joinedBy: joinedBy
      .default("pulumi")
      .describe("who owns the membership: a FedJoin of this stack, the exporter by itself, or nobody here"),
    kubernetes: kubernetesSchema(ports).prefault({}),
    namespace: label.default("neuvector").describe("where the exporter goes"),
    createNamespace: flag.default(false),
    controller: controllerSchema(ports).exactOptional().describe("the controller of the cluster that joins"),
    jointRest: mapping({ server, port }).exactOptional().describe("where the master reaches the site"),
    exporter: exporterSchema(ports).prefault({}),
    retry: retry.exactOptional().describe("how a join is repeated"),
    timeoutSeconds: seconds.exactOptional().describe("the deadline of a FedJoin's create, update or delete"),
    forceLeave: flag.exactOptional().describe("on delete, leave even if the other side cannot be told; default false"),
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
      (member) => member.joinedBy !== "exporter" || master.hasToken,
      at("joinedBy", "an exporter mints no token: it needs master.joinToken or master.joinTokenUrl"),
    )
    .refine(
      (member) => member.joinedBy !== "exporter" || !master.refersToToken,
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
      ({ exporter, controller }) => !exporter.enabled || !isReference(controller) || exporter.credentials !== undefined,
      at("exporter.credentials", onlyReference),
    )
    .refine(
      ({ joinedBy: owner, exporter, controller }) =>
        owner !== "exporter" ||
        master.joinVia !== "controller" ||
        !isReference(controller) ||
        exporter.joinCredentials !== undefined,
      at("exporter.joinCredentials", onlyReference),
    )
    .transform(({ controller, exporter, ...site }) => ({
      ...site,
      controller: controller && reachedByPulumi(controller),
      exporter: controller && deployed(exporter, controller, master),
    }));
}

function isReachable({ controller }: { readonly controller?: { readonly server?: string } }): boolean {
  return controller?.server !== undefined;
}

/** True for an account whose secret only a FedJoin can read. */
function isReference(controller: { readonly credentials?: object } | undefined): boolean {
  const { credentials } = controller ?? {};
  return has(credentials, ["passwordFrom"]) || has(credentials, ["apiKeyFrom"]);
}

type Site<S> = z.output<ReturnType<typeof controllerSchema<S>>>;
type Exporter<S> = z.output<ReturnType<typeof exporterSchema<S>>>;

/** The controller as a FedJoin talks to it, if it can. */
function reachedByPulumi<S>({ server: host, port: number, credentials, tls }: Site<S>) {
  return host === undefined ? undefined : { server: host, port: number, credentials, ...(tls && { tls }) };
}

/**
 * The exporter with the controller as it talks to it. One that scrapes with an account of its own joins with the
 * controller's; at a master it has none but what was given for that.
 */
function deployed<S>(exporter: Exporter<S>, controller: Site<S>, { joinVia }: MasterFacts) {
  const { enabled, image, credentials, joinCredentials, ...rest } = exporter;
  const { server: host, port: number, tls } = controller;
  const address = controller.service ?? (host === undefined ? undefined : { server: host, port: number });
  if (!enabled || image === undefined || address === undefined) return undefined;
  const separate = joinVia === "controller" && credentials !== undefined ? controller.credentials : undefined;
  return {
    ...rest,
    image,
    controller: { ...address, credentials: credentials ?? controller.credentials, ...(tls && { tls }) },
    joinCredentials: joinCredentials ?? separate,
  };
}
