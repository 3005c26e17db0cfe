import { authenticate, readers } from "../access";
import type { Context, Handler } from "../context";
import type { FederationEvent, RestInfo } from "../state";

/** Records what befell a membership: a member logs its own, a master those of its members (rest-api.md#logs). */
export function recordEvent(
  { state, clock }: Context,
  name: "Federation.Join" | "Federation.Leave" | "Federation.Kick",
  by: Partial<Pick<FederationEvent, "user" | "userAddr" | "message">> = {},
): void {
  state.federationEvents.unshift({ name, atMs: clock.now(), user: "", userAddr: "", message: "", ...by });
}

/** What a federation event has beside its own values (recorded). */
const fieldsOfEvery = {
  category: "FEDERATION",
  ...{ controller_id: "", controller_name: "", enforcer_id: "", enforcer_name: "", host_id: "", host_name: "" },
  ...{ user_roles: { "": "admin" }, user_session: "" },
  ...{ workload_domain: "", workload_id: "", workload_image: "", workload_name: "", workload_service: "" },
};

/** A member as a master's events name it (recorded): its name, and the server of its REST API. */
export function inMessage({ name, rest }: { readonly name: string; readonly rest: RestInfo }): string {
  return `${name}(${rest.server})`;
}

/** GET /v1/log/event: the federation events alone, newest first; empty for a role that may not read. */
export const events: Handler = (context, call) => {
  const { role } = authenticate(context, call);
  const since = Number(call.query.get("f_since") ?? "0");
  if (!readers.includes(role)) return { events: [] };
  return {
    events: context.state.federationEvents
      .filter(({ atMs }) => Math.floor(atMs / 1000) >= since)
      .map(({ name, atMs, user, userAddr, message }) => ({
        ...fieldsOfEvery,
        cluster_name: context.state.clusterName,
        level: name === "Federation.Leave" ? "Notice" : "Info",
        name,
        message,
        reported_at: new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z"),
        reported_timestamp: Math.floor(atMs / 1000),
        user,
        user_addr: userAddr,
      })),
  };
};
