// Imports nothing, so that a program that imports `@fedjoin/provider/fedJoin` compiles no types of other packages.

/**
 * The membership in one word. `joined` covers every status of a live member, because those change by themselves (rest-api.md#status-values). Every other word is drift, which the next update repairs or rejects.
 */
export type MembershipStatus =
  "joined" | "unconfirmed" | "kicked" | "left" | "renamed" | "moved" | "elsewhere" | "promoted";

/** Outputs that the engine must keep secret. They are not inputs, so it cannot know by itself. */
export const secretOutputs = ["previousMasters", "refusedCredentials"] as const;
