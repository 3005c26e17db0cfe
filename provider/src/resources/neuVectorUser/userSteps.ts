/**
 * What a login with the declared password would say, in one word. `blocked`: too many failed logins. `expired`: the
 * controller wants a new password first. A password cannot be read, so `password_differs` is what a refused login says.
 */
export type UserStatus = "ready" | "blocked" | "expired" | "password_differs";

/** A user as it was found at its controller. */
export interface ObservedUser {
  /** The global role, and whether namespaces add to it. */
  readonly rights: string;
  readonly status: UserStatus;
}

export type UserStep = "create" | "set_role" | "set_password";

/** All rights of a user in one text that equals a role only when there is nothing beside it. */
export function rightsOf(role: string, rolesInNamespaces: number): string {
  const global = role === "" ? "none" : role;
  return rolesInNamespaces === 0 ? global : `${global} and roles in namespaces`;
}

/** What makes of a found user (`undefined` for none) the declared one; nothing when it is that already. */
export function userSteps(found: ObservedUser | undefined, role: string): readonly UserStep[] {
  if (found === undefined) return ["create"];
  return [
    ...(found.rights === role ? [] : (["set_role"] as const)),
    ...(found.status === "ready" ? [] : (["set_password"] as const)),
  ];
}

/** Why a user that was there before is not ours to take, in words for its owner; `undefined` when it is what is declared. */
export function adoptionObstacle({ rights, status }: ObservedUser, role: string): string | undefined {
  if (rights !== role) return `its role is ${rights} and not ${role}`;
  switch (status) {
    case "ready":
      return undefined;
    case "blocked":
      return "its logins are blocked";
    case "expired":
      return "it has to set a new password first";
    case "password_differs":
      return "its password is another one";
  }
}
