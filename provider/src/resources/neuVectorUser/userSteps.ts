/**
 * The result of a login with the declared password, in one word. `blocked`: too many failed logins. `expired`: the
 * controller requires a new password first. A password cannot be read, so `password_differs` means a refused login.
 */
export type UserStatus = "ready" | "blocked" | "expired" | "password_differs";

/** A user as found at its controller. */
export interface ObservedUser {
  /** The global role, and whether namespaces add to it. */
  readonly rights: string;
  readonly status: UserStatus;
}

export type UserStep = "create" | "set_role" | "set_password";

/** Describes all rights of a user. Equals a role only if the user has no other rights. */
export function rightsOf(role: string, rolesInNamespaces: number): string {
  const global = role === "" ? "none" : role;
  return rolesInNamespaces === 0 ? global : `${global} and roles in namespaces`;
}

/** Returns the steps that make the observed user (`undefined` for none) the declared one. */
export function userSteps(observed: ObservedUser | undefined, role: string): readonly UserStep[] {
  if (observed === undefined) return ["create"];
  return [
    ...(observed.rights === role ? [] : (["set_role"] as const)),
    ...(observed.status === "ready" ? [] : (["set_password"] as const)),
  ];
}

/** Says why an existing user must not be adopted; `undefined` if it is as declared. */
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
