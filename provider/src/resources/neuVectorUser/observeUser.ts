import { rightsOf, type ObservedUser, type UserStatus } from "./userSteps";
import { checkLogin } from "../../neuvector/client/account";
import { getUser } from "../../neuvector/client/users";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Ports } from "../../neuvector/ports";
import { createSession, type Session } from "../../neuvector/session/session";
import type { Secret } from "../../values/secret";

/**
 * Returns the user as `admin` sees it; `undefined` for none. Logs a user that is not blocked in once and out again: there is
 * no other way to check its password.
 * @throws NeuVectorError of the requests; a refused login of the user itself is a status.
 */
export async function observeUser(
  admin: Session,
  username: string,
  password: Secret,
  { ports, signal }: { readonly ports: Ports; readonly signal?: AbortSignal | undefined },
): Promise<ObservedUser | undefined> {
  const user = await getUser(admin, username, { signal });
  if (user === undefined) return undefined;
  const rights = rightsOf(user.role, Object.keys(user.role_domains).length);
  // Every attempt while blocked restarts the hour (rest-api.md#lockout).
  if (user.blocked_for_failed_login) return { rights, status: "blocked" };
  if (user.blocked_for_password_expired) return { rights, status: "expired" };
  // Not a shared session: those remember a refusal, and the password may be corrected right after.
  const session = createSession(ports, admin.target, { kind: "user", username, password });
  try {
    await checkLogin(session, { signal });
    return { rights, status: "ready" };
  } catch (error) {
    const status = error instanceof NeuVectorError ? toUserStatus(error) : undefined;
    if (status === undefined) throw error;
    return { rights, status };
  } finally {
    await session.close();
  }
}

function toUserStatus({ kind }: NeuVectorError): UserStatus | undefined {
  switch (kind) {
    case "login_rejected":
      return "password_differs";
    case "locked_out":
      return "blocked";
    case "password_change_required":
      return "expired";
    default:
      return undefined;
  }
}
