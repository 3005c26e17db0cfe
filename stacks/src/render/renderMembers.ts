import * as pulumi from "@pulumi/pulumi";
import { checkEnvironment } from "../config/checkEnvironment";
import type { SchemaContext } from "../config/context";
import { configSections } from "../config/source";
import { deployEnvironment } from "../deploy/environment";
import { captureObjects } from "./captureObjects";
import { manifestsOf } from "./manifests";
import type { RequiredSecret } from "./requiredSecrets";
import { createPlaceholders, withPlaceholders } from "./stackFile";

export interface RenderRequest {
  readonly stack: string;
  /** The configuration in the stack's file, its secrets encrypted. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The same decrypted; then Secrets are written too. */
  readonly decrypted?: Readonly<Record<string, unknown>> | undefined;
  readonly readFile: SchemaContext<unknown>["readFile"];
}

export interface Rendered {
  /** Text by path, `<store id>/<file>`. */
  readonly files: ReadonlyMap<string, string>;
  /** Store ids of the members that are in it. */
  readonly members: readonly string[];
  /** Store ids of the members left out, since a FedJoin owns their membership. */
  readonly skipped: readonly string[];
  /** Secrets that somebody must provide, by store id. */
  readonly requiredSecrets: ReadonlyMap<string, readonly RequiredSecret[]>;
}

/** The Kubernetes objects of the members that need no FedJoin, or every problem of the configuration. */
export async function renderMembers(
  order: RenderRequest,
): Promise<{ readonly rendered: Rendered } | { readonly problems: readonly string[] }> {
  const { stack, config, decrypted, readFile } = order;
  const marked = configSections(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [key, withPlaceholders(value)])),
  );
  const clear = decrypted && configSections(decrypted);
  const marks = createPlaceholders(marked, clear);
  const ports = {
    readFile,
    readKubeconfig: emptyKubeconfig,
    secret: (plain: string) => pulumi.secret(marks.placeholderFor(plain)),
  };
  const checked = checkEnvironment(marked, ports);
  if ("problems" in checked) return checked;
  if (clear) {
    const complete = checkEnvironment(clear, { ...ports, secret: () => true });
    if ("problems" in complete) return complete;
  }

  const { master, members } = checked.environment;
  const own = members.filter(({ joinedBy }) => joinedBy !== "pulumi");
  const files = new Map<string, string>();
  const requiredSecrets = new Map<string, readonly RequiredSecret[]>();
  for (const member of own) {
    const objects = await captureObjects(stack, () => deployEnvironment({ master, members: [member] }));
    const manifests = manifestsOf(objects, clear && marks);
    for (const [file, text] of manifests.files) files.set(`${member.storeId}/${file}`, text);
    if (manifests.requiredSecrets.length > 0) requiredSecrets.set(member.storeId, manifests.requiredSecrets);
  }
  const storeIds = (of: typeof members) => of.map(({ storeId }) => storeId);
  return {
    rendered: {
      ...{ files, requiredSecrets, members: storeIds(own) },
      skipped: storeIds(members.filter(({ joinedBy }) => joinedBy === "pulumi")),
    },
  };
}

/** No cluster is asked, so the machine that renders needs no kubeconfig. */
const emptyKubeconfig = () => ({ content: "" });
