/** Something that a build takes from elsewhere under a name and a version: an action, or a container image. */
export interface Reference {
  readonly kind: "action" | "image";
  /** Such as `actions/checkout`, `node` or `gcr.io/distroless/nodejs22-debian12`. */
  readonly name: string;
  /** The tag: `v7.0.1`, `22-slim`. Empty if only the content is named. */
  readonly version: string;
  /** The commit of an action, the digest of an image; undefined if the version alone decides. */
  readonly content: string | undefined;
  /** As it is written. */
  readonly text: string;
}

const action = /(?<=\buses: )([\w.-]+\/[\w./-]+)@([\w.-]+)(?: # (\S+))?/g;
/** The base of a stage in a Dockerfile, or a variable of a workflow whose name ends in `IMAGE`. */
const image = /(?<=^FROM (?:--platform=\S+ )?|\b\w*IMAGE: )([\w./-]+):([\w.-]+)(?:@(sha256:[0-9a-f]{64}))?/gm;

/** The references of a workflow or a Dockerfile. Actions of the repository itself (`./…`) are none. */
export function findReferences(text: string): Reference[] {
  const actions = [...text.matchAll(action)].map(([whole, name = "", at = "", comment = ""]): Reference => {
    const isCommit = /^[0-9a-f]{40}$/.test(at);
    return { kind: "action", name, version: isCommit ? comment : at, content: isCommit ? at : undefined, text: whole };
  });
  const images = [...text.matchAll(image)].map(([whole, name = "", version = "", content]): Reference => ({
    kind: "image",
    name,
    version,
    content,
    text: whole,
  }));
  return [...actions, ...images];
}

/** Names the content of each reference that `contents` knows, behind its version. */
export function pinReferences(text: string, contents: ReadonlyMap<Reference, string>): string {
  return [...contents].reduce((pinned, [{ kind, name, version, text: written }, content]) => {
    const now = kind === "action" ? `${name}@${content} # ${version}` : `${name}:${version}@${content}`;
    return pinned.replaceAll(new RegExp(`${escapeRegExp(written)}(?![\\w.-])`, "g"), now);
  }, text);
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
