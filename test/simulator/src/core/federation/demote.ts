import type { Context } from "../context";
import { endpoint } from "../endpoint";
import type { Role } from "../permissions";
import { closeSessions } from "../sessions";
import { callMember } from "./memberSession";

/** POST /v1/fed/demote: dismisses every member it can reach, then stands alone (rest-api.md#promoting-and-demoting). */
export const demote = endpoint(
  { exclusive: true, roles: ["fedAdmin"], as: "master" },
  async (context, { caller, federation }) => {
    const dismissal = { path: "/v1/fed/remove_internal", body: { user: caller.name } };
    const members = [...federation.members.values()];
    await Promise.all(members.map((member) => callMember(context, member, caller.name, dismissal)));
    await becomeStandalone(context);
  },
);

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
