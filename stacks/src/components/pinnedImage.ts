/** How an image says which one it is. */
export const pinnedForm = "name@sha256:… or name:tag, where the tag is not latest";

/** False for an image without tag or digest, and for the tag `latest`. A port of the registry is no tag. */
export function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([\w][\w.-]*)$/.exec(image)?.[1];
  return tag !== undefined && tag !== "latest" && !image.includes("@");
}
