import * as z from "zod";
import { admins } from "../access";
import type { Context } from "../context";
import { endpoint } from "../endpoint";
import { Refusal } from "../errors";
import { parseJson, text } from "../requestBody";
import type { FederationStatus, Mastership, Member } from "../state";
import { callMember } from "./memberSession";
import { pollMaster } from "./poll";
import { changedRevisions } from "./revisions";
import { compareVersions } from "./versions";

const notified = 2;
const requestError = 3;
const synced = 203;
const disconnected = 204;

const deployBody = z.object({ force: z.boolean().nullish(), ids: z.array(z.string()).nullish() });

/**
 * POST /v1/fed/deploy: tells members to fetch the rules now (rest-api.md#distributing-rules). An API key reaches none.
 */
export const deploy = endpoint(
  { roles: ["fedAdmin"], as: "master", body: deployBody },
  async (context, { caller, federation, input: { force, ids } }) => {
    const targets = [...federation.members.values()].filter(({ id }) => !ids?.length || ids.includes(id));
    if (targets.length === 0) throw new Refusal(400, 6);
    const order = {
      mastership: federation,
      user: caller.via === "session" ? caller.name : undefined,
      command: force ? "force_pull" : "poll",
    };
    const results = await Promise.all(
      targets.map(async (member) => [member.id, await command(context, member, order)] as const),
    );
    if (!results.some(([, result]) => result === notified || result === synced)) throw new Refusal(400, 40);
    return { results: Object.fromEntries(results) };
  },
);

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
export const commandInternal = endpoint(
  { roles: admins, as: "joint", body: commandBody },
  (context, { federation, input: { fed_kv_version: version, revisions } }) => {
    const mismatch = compareVersions(version, context.options.fedKvVersion);
    if (mismatch !== 0) return { result: mismatch };
    if (Object.keys(changedRevisions(revisions ?? {}, federation.revisions)).length === 0) return { result: synced };
    void pollMaster(context);
    return { result: notified };
  },
);

/**
 * GET /v1/fed/view/:id: whether the master's console could show the member's (rest-api.md#administration-endpoints).
 */
export const view = endpoint({ roles: ["fedAdmin"], as: "master" }, ({ options }, { federation, params }) => ({
  compatible: federation.members.get(params["id"] ?? "")?.restVersion === options.restVersion,
}));
