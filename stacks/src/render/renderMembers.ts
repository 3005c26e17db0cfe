import * as pulumi from "@pulumi/pulumi";
import { checkConfiguration } from "../config/checkConfiguration";
import type { SchemaContext } from "../config/context";
import { configSections } from "../config/source";
import { deployEnvironment } from "../deploy/environment";
import { captureObjects } from "./captureObjects";
import { manifestsOf } from "./manifests";
import type { RequiredSecret } from "./requiredSecrets";
import { createPlaceholders, withPlaceholders } from "./secretPlaceholders";

export interface RenderRequest {
  readonly stack: string;
  /** The configuration in the stack's file, with encrypted secrets. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The decrypted configuration; if given, Secrets are written too. */
  readonly decrypted?: Readonly<Record<string, unknown>> | undefined;
  readonly readFile: SchemaContext<unknown>["readFile"];
  /** The name of the Pulumi project, if known. */
  readonly project?: string | undefined;
}

export interface Rendered {
  /** Text by path, `<store id>/<file>`. */
  readonly files: ReadonlyMap<string, string>;
  /** Store ids of the rendered members. */
  readonly members: readonly string[];
  /** Store ids of the skipped members, whose memberships a FedJoin owns. */
  readonly skipped: readonly string[];
  /** Secrets that somebody must provide, by store id. */
  readonly requiredSecrets: ReadonlyMap<string, readonly RequiredSecret[]>;
}

/** Renders the Kubernetes objects of the members without a FedJoin; returns every problem of a wrong configuration. */
export async function renderMembers(
  request: RenderRequest,
): Promise<{ readonly rendered: Rendered } | { readonly problems: readonly string[] }> {
  const { stack, config, decrypted, readFile, project } = request;
  const sections = configSections(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [key, withPlaceholders(value)])),
    project,
  );
  const plaintext = decrypted && configSections(decrypted, project);
  const placeholders = createPlaceholders(sections.sections, plaintext?.sections);
  const ports = {
    readFile,
    readKubeconfig: emptyKubeconfig,
    secret: (plain: string) => pulumi.secret(placeholders.placeholderFor(plain)),
  };
  const checked = checkConfiguration(sections, ports);
  if ("problems" in checked) return checked;
  if (plaintext) {
    const complete = checkConfiguration(plaintext, { ...ports, secret: () => true });
    if ("problems" in complete) return complete;
  }

  const { master, members } = checked.environment;
  const own = members.filter(({ joinedBy }) => joinedBy !== "pulumi");
  const files = new Map<string, string>();
  const requiredSecrets = new Map<string, readonly RequiredSecret[]>();
  for (const member of own) {
    const objects = await captureObjects(stack, () => deployEnvironment({ master, members: [member] }));
    const manifests = manifestsOf(objects, plaintext && placeholders);
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

/** Rendering contacts no cluster, so it needs no kubeconfig. */
const emptyKubeconfig = () => ({ content: "" });
