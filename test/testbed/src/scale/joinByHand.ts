import type { ControllerHandle, Reply } from "@fedjoin/simulator";
import * as z from "zod";

const tokenReply = z.object({ join_token: z.string() });

/** Joins a site as a person does in the web console. */
export async function joinByHand(master: ControllerHandle, site: ControllerHandle, name: string): Promise<void> {
  const { body } = await asAdmin(master, "GET", "/v1/fed/join_token");
  const { join_token } = tokenReply.parse(body);
  const request = { join_token, name, joint_rest_info: site.rest };
  const { status, text } = await asAdmin(site, "POST", "/v1/fed/join", request);
  if (status !== 200) throw new Error(`${name} cannot join: ${status} ${text}`);
}

async function asAdmin(controller: ControllerHandle, method: string, path: string, body?: object): Promise<Reply> {
  const token = await controller.logIn();
  const reply = await controller.request(method, path, { token, ...(body && { body }) });
  await controller.request("DELETE", "/v1/auth", { token });
  return reply;
}
