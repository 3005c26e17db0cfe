import { pick, withRules } from "@fedjoin/provider/internal/values";
import type * as z from "zod";
import type { SchemaContext } from "./context";
import type { controllerSchema } from "./controller";
import { containsAccount } from "./existingSecret";
import type { exporterSchema } from "./exporter";
import type { MasterFacts } from "./master";
import { memberMapping } from "./memberKeys";
import { hasReference, memberRules } from "./memberRules";

/** One cluster of the federation: where it runs, what is deployed there, and who owns its membership. */
export function memberSchema<S>(context: SchemaContext<S>, master: MasterFacts) {
  return withRules(memberMapping(context), ...memberRules(master)).transform(({ controller, exporter, ...site }) => {
    const joining = controller && resolveController(controller);
    const deployed = controller && resolveExporter(exporter, controller, master);
    return { ...site, ...(joining && { controller: joining }), ...(deployed && { exporter: deployed }) };
  });
}

type CheckedMember<S> = z.output<ReturnType<typeof memberSchema<S>>>;

/** True for a member whose Kubernetes cluster is needed. */
export function usesCluster<S>(member: CheckedMember<S>): boolean {
  return member.exporter !== undefined || readsUid(member) || member.initConfig !== undefined;
}

/** True for a member whose cluster's UID is read. */
export function readsUid<S>({ joinedBy: owner, clusterUid: uid }: CheckedMember<S>): boolean {
  return owner === "pulumi" && uid === "auto";
}

type Controller<S> = z.output<ReturnType<typeof controllerSchema<S>>>;
type Exporter<S> = z.output<ReturnType<typeof exporterSchema<S>>>;

/** The controller as a FedJoin reaches it; `undefined` if it does not. */
function resolveController<S>(controller: Controller<S>) {
  const { server, port, credentials } = controller;
  if (server === undefined || credentials === undefined) return undefined;
  return { server, port, credentials, ...pick(controller, "basePath", "proxy", "tls") };
}

/**
 * The exporter with the controller as it reaches it; `undefined` if none is deployed. One that scrapes with its own
 * account joins with the controller's. At a master it has only the account given for that.
 */
function resolveExporter<S>(exporter: Exporter<S>, controller: Controller<S>, { joinVia }: MasterFacts) {
  const { enabled, image, credentials, joinCredentials, ...rest } = exporter;
  const { server, port } = controller;
  const ownAddress = server === undefined ? undefined : { server, port, ...pick(controller, "basePath") };
  const reached = controller.service ?? ownAddress;
  if (!enabled || image === undefined || reached === undefined) return undefined;
  const held = rest.existingSecret?.holds;
  const isHeld = containsAccount(held, "CTRL");
  const ofController = isHeld && hasReference(controller) ? undefined : controller.credentials;
  const separate = joinVia === "controller" && (credentials !== undefined || isHeld) ? ofController : undefined;
  return {
    ...rest,
    image,
    controller: {
      ...reached,
      credentials: isHeld ? {} : (credentials ?? controller.credentials ?? {}),
      ...pick(controller, "tls"),
    },
    joinCredentials: containsAccount(held, "JOIN") ? {} : (joinCredentials ?? separate),
  };
}
