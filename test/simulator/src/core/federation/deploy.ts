import * as z from "zod";
import { admins, authorize } from "../access";
import type { Context, Handler } from "../context";
import { Refusal } from "../errors";
import { parseBody, parseJson, text } from "../requestBody";
import type { FederationStatus, Mastership, Member, Membership } from "../state";
import { callMember } from "./memberSession";
import { pollMaster } from "./poll";
import { changedRevisions } from "./revisions";
import { requireJoint, requireMaster } from "./roles";
import { compareVersions } from "./versions";

const notified = 2;
const requestError = 3;
const synced = 203;
const disconnected = 204;

const deployBody = z.object({ force: z.boolean().nullish(), ids: z.array(z.string()).nullish() });

/**
 * POST /v1/fed/deploy: tells members to fetch the rules now (rest-api.md#distributing-rules). An API key reaches none.
 */
export const deploy: Handler = async (context, call) => {
  const caller = authorize(context, call, ["fedAdmin"]);
  const mastership = requireMaster(context);
  const { force, ids } = parseBody(deployBody, call.body);
  const targets = [...mastership.members.values()].filter(({ id }) => !ids?.length || ids.includes(id));
  if (targets.length === 0) throw new Refusal(400, 6);
  const user = caller.via === "session" ? caller.name : undefined;
  const order = { mastership, user, command: force ? "force_pull" : "poll" };
  const results = await Promise.all(
    targets.map(async (member) => [member.id, await command(context, member, order)] as const),
  );
  if (!results.some(([, result]) => result === notified || result === synced)) throw new Refusal(400, 40);
  return { results: Object.fromEntries(results) };
};

interface Order {
  readonly mastership: Mastership;
  readonly user: string | undefined;
  readonly command: string;
}

const commandReply = z.object({ result: z.int() });

async function command(context: Context, member: Member, { mastership, user, command }: Order): Promise<number> {
  if (user === undefined) return requestError;
  const reply = await callMember(context, member, user, {
    path: "/v1/fed/command_internal",
    body: { fed_kv_version: context.options.fedKvVersion, command, user, revisions: mastership.revisions },
  });
  if (reply === "unreachable") return record(member, disconnected);
  const parsed = commandReply.safeParse(reply === "refused" ? undefined : parseJson(reply.body));
  return parsed.success ? record(member, parsed.data.result) : requestError;
}

const statuses: Readonly<Record<number, FederationStatus>> = {
  [notified]: "notified",
  [synced]: "synced",
  [disconnected]: "disconnected",
};

function record(member: Member, result: number): number {
  member.status = statuses[result] ?? member.status;
  return result;
}

const commandBody = z.object({ fed_kv_version: text, revisions: z.record(z.string(), z.int()).nullish() });

/**
 * POST /v1/fed/command_internal: the master says that there are rules to fetch (rest-api.md#calls-between-controllers).
 */
export const commandInternal: Handler = (context, call) => {
  authorize(context, call, admins);
  const membership = requireJoint(context);
  const body = parseBody(commandBody, call.body);
  const mismatch = compareVersions(body.fed_kv_version, context.options.fedKvVersion);
  return { result: mismatch === 0 ? applyRevisions(context, membership, body.revisions ?? {}) : mismatch };
};

function applyRevisions(context: Context, { revisions }: Membership, wanted: Readonly<Record<string, number>>): number {
  if (Object.keys(changedRevisions(wanted, revisions)).length === 0) return synced;
  void pollMaster(context);
  return notified;
}

/**
 * GET /v1/fed/view/:id: whether the master's console could show the member's (rest-api.md#administration-endpoints).
 */
export const view: Handler = (context, call) => {
  authorize(context, call, ["fedAdmin"]);
  const member = requireMaster(context).members.get(call.params["id"] ?? "");
  return { compatible: member?.restVersion === context.options.restVersion };
};
