/**
 * The membership in one word. `joined` covers every status word of a living member, since those flip by themselves
 * (rest-api.md#status-values); each other word is drift that the next update mends or refuses.
 *
 * This file imports nothing, so that a program which imports `@fedjoin/provider/fedJoin` compiles no other package's types.
 */
export type MembershipStatus =
  "joined" | "unconfirmed" | "kicked" | "left" | "renamed" | "moved" | "elsewhere" | "promoted";
