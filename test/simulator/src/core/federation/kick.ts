import { pause, type Context } from "../context";
import { endpoint } from "../endpoint";
import { Refusal } from "../errors";
import type { FederationEvent } from "../state";
import { inMessage, recordEvent } from "./events";
import { callMember } from "./memberSession";
import { requireMaster } from "./roles";

/** DELETE /v1/fed/cluster/:id. With an API key the member is not told (rest-api.md#removing-a-member). */
export const kick = endpoint({ exclusive: true, roles: ["fedAdmin"] }, (context, { caller, params, remote }) => {
  const by = { user: caller.name, userAddr: remote };
  return kickMember(context, params["id"] ?? "", caller.via === "session" ? caller.name : undefined, by);
});

/**
 * Removes a member's entry after telling the member in the user's name, if one is given.
 * Whether it hears is not the master's concern.
 * @throws {Refusal} 400/7 for an unknown id
 */
export async function kickMember(
  context: Context,
  id: string,
  user: string | undefined,
  by: Pick<FederationEvent, "user" | "userAddr"> = { user: "admin", userAddr: "" },
): Promise<void> {
  const mastership = requireMaster(context);
  const member = mastership.members.get(id);
  if (!member) throw new Refusal(400, 7);
  if (user !== undefined) {
    await callMember(context, member, user, { path: "/v1/fed/remove_internal", body: { user } });
  }
  await pause(context.clock, context.options.timings.removalMs);
  mastership.members.delete(id);
  recordEvent(context, "Federation.Kick", { ...by, message: `Dismiss cluster ${inMessage(member)} from federation` });
}
