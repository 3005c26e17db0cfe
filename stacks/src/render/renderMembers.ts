import * as pulumi from "@pulumi/pulumi";
import { checkEnvironment } from "../config/check";
import type { LeafPorts } from "../config/connection";
import { sectionsOf } from "../configSource";
import { deployEnvironment } from "../environment";
import { captureObjects } from "./captureObjects";
import { manifestsOf } from "./manifests";
import type { WantedSecret } from "./podSecrets";
import { marksOf, withMarks } from "./stackFile";

export interface RenderOrder {
  readonly stack: string;
  /** The configuration in the stack's file, its secrets encrypted. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The same decrypted; then Secrets are written too. */
  readonly decrypted?: Readonly<Record<string, unknown>> | undefined;
  readonly readFile: LeafPorts<unknown>["readFile"];
}

export interface Rendered {
  /** Text by path, `<store id>/<file>`. */
  readonly files: ReadonlyMap<string, string>;
  /** Store ids of the members that are in it. */
  readonly members: readonly string[];
  /** Store ids of the members left out, since a FedJoin owns their membership. */
  readonly leftOut: readonly string[];
  /** Secrets that somebody must provide, by store id. */
  readonly wanted: ReadonlyMap<string, readonly WantedSecret[]>;
}

/** The Kubernetes objects of the members that need no FedJoin, or every problem of the configuration. */
export async function renderMembers(
  order: RenderOrder,
): Promise<{ readonly rendered: Rendered } | { readonly problems: readonly string[] }> {
  const { stack, config, decrypted, readFile } = order;
  const marked = sectionsOf(Object.fromEntries(Object.entries(config).map(([key, value]) => [key, withMarks(value)])));
  const clear = decrypted && sectionsOf(decrypted);
  const marks = marksOf(marked, clear);
  const ports = { readFile, readKubeconfig: unread, secret: (plain: string) => pulumi.secret(marks.ofPlain(plain)) };
  const checked = checkEnvironment(marked, ports);
  if ("problems" in checked) return checked;
  if (clear) {
    const complete = checkEnvironment(clear, { ...ports, secret: () => true });
    if ("problems" in complete) return complete;
  }

  const { master, members } = checked.environment;
  const own = members.filter(({ joinedBy }) => joinedBy !== "pulumi");
  const files = new Map<string, string>();
  const wanted = new Map<string, readonly WantedSecret[]>();
  for (const member of own) {
    const objects = await captureObjects(stack, () => deployEnvironment({ master, members: [member] }));
    const manifests = manifestsOf(objects, clear && marks);
    for (const [file, text] of manifests.files) files.set(`${member.storeId}/${file}`, text);
    if (manifests.wanted.length > 0) wanted.set(member.storeId, manifests.wanted);
  }
  const storeIds = (of: typeof members) => of.map(({ storeId }) => storeId);
  return {
    rendered: {
      ...{ files, wanted, members: storeIds(own) },
      leftOut: storeIds(members.filter(({ joinedBy }) => joinedBy === "pulumi")),
    },
  };
}

/** No cluster is asked, so the machine that renders needs no kubeconfig. */
const unread = () => ({ content: "" });
