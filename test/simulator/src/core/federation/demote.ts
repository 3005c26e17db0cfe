import { authorize } from "../access";
import type { Context, Handler } from "../context";
import type { Role } from "../permissions";
import { closeSessions } from "../sessions";
import { callMember } from "./memberSession";
import { requireMaster } from "./roles";

/** POST /v1/fed/demote: dismisses every member it can reach, then stands alone (rest-api.md#promoting-and-demoting). */
export const demote: Handler = (context, call) =>
  context.lock.runExclusive(async () => {
    const caller = authorize(context, call, ["fedAdmin"]);
    const mastership = requireMaster(context);
    const dismissal = { path: "/v1/fed/remove_internal", body: { user: caller.name } };
    await Promise.all(
      [...mastership.members.values()].map((member) => callMember(context, member, caller.name, dismissal)),
    );
    await becomeStandalone(context);
  });

async function becomeStandalone(context: Context): Promise<void> {
  const { state } = context;
  context.loop?.cancel();
  state.federation = { role: "" };
  for (const holder of [...state.users.values(), ...state.apiKeys.values()]) holder.role = localRole(holder.role);
  closeSessions(context, ({ role }) => localRole(role) !== role);
  await context.federationListener.close();
}

function localRole(role: Role): Role {
  if (role === "fedAdmin") return "admin";
  return role === "fedReader" ? "reader" : role;
}
