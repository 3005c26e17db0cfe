import { endpointOf, jsonBody, type Message, type WorldEvent } from "../trace/events";
import type { Oracle } from "./oracle";
import { sitesOfCall } from "./runningCalls";

/** A join that a process sent, and what it learned since. */
interface SentJoin {
  readonly name: string;
  readonly token: string;
  readonly master: string;
  outcome: "pending" | "accepted" | "refused" | "unknown";
  /** The process read both sides, or the one that it can read, since. */
  hasLooked: boolean;
  /** The name may be given up: the master has it for somebody. */
  isNameTaken: boolean;
}

/**
 * How one process joins one site: one join at a time to a master; after an unknown outcome a look before the next; the name
 * stays unless the master has it; a token that was refused is not sent again.
 */
export function createJoinsOracle(): Oracle {
  /** By process and the server that gets the join. */
  const sent = new Map<string, SentJoin>();
  const refusedTokens = new Set<string>();
  const exporters = new Map<string, string>();
  /** Sites whose exporter cannot look, since its login there was refused: on the route to the master it joins all the same. */
  const blindAt = new Set<string>();

  const checkRequest = (message: Message): string | undefined => {
    const { from, to } = message;
    const { name, join_token: token, joint_rest_info: joint } = jsonBody(message);
    const site = typeof joint === "object" && joint !== null && "server" in joint ? String(joint.server) : to;
    const join: SentJoin = {
      name: String(name),
      token: String(token),
      master: masterInToken(String(token)),
      outcome: "pending",
      hasLooked: false,
      isNameTaken: false,
    };
    const key = `${from} ${site}`;
    const before = sent.get(key);
    const parallel = [...sent].find(
      ([other, each]) => other.startsWith(`${from} `) && each.outcome === "pending" && each.master === join.master,
    );
    sent.set(key, join);
    if (parallel !== undefined) return `${from} sends a join to ${join.master} while another one of it runs`;
    if (refusedTokens.has(`${from} ${join.token}`)) return `${from} sends a join token again that was refused`;
    if (before?.outcome !== "unknown") return undefined;
    if (!before.hasLooked && !blindAt.has(exporters.get(from) ?? ""))
      return `${from} joins ${site} again without a look`;
    const isRenamed = before.name !== join.name && !before.isNameTaken;
    return isRenamed ? `${from} joins ${site} as ${join.name} after ${before.name}, which nobody has` : undefined;
  };

  const settle = (message: Message, event: WorldEvent & { type: "response" | "loss" }): void => {
    const join = [...sent].find(([key, each]) => key.startsWith(`${message.from} `) && isJoinOf(each, message))?.[1];
    if (join === undefined) return;
    const status = event.type === "response" ? event.response.status : undefined;
    const isRefused = status !== undefined && status >= 300 && status < 500;
    join.outcome = status === 200 ? "accepted" : isRefused ? "refused" : "unknown";
    if (status === 409) join.isNameTaken = true;
    if (status === 417) refusedTokens.add(`${message.from} ${join.token}`);
  };
  const look = (process: string, body: string): void => {
    for (const [key, join] of sent) {
      if (!key.startsWith(`${process} `)) continue;
      join.hasLooked = true;
      if (body.includes(JSON.stringify(join.name))) join.isNameTaken = true;
    }
  };

  return {
    name: "joins follow the rules",
    see(event) {
      if (event.type === "start" && event.site !== undefined) exporters.set(event.process, event.site);
      if (event.type === "end")
        for (const key of sent.keys()) if (key.startsWith(`${event.process} `)) sent.delete(key);
      // Another resource, or another operation on it, may use another name.
      if (event.type === "result" && ["create", "update", "delete"].includes(event.call.operation)) {
        for (const site of sitesOfCall(event.call)) {
          const join = sent.get(`${event.process} ${site}`);
          if (join !== undefined) Object.assign(join, { isNameTaken: true, hasLooked: true });
        }
      }
      if (event.type !== "request" && event.type !== "response" && event.type !== "loss") return undefined;
      const { message } = event;
      if (!message.isOurs) return undefined;
      const endpoint = endpointOf(message);
      const exporterSite = exporters.get(message.from);
      if (exporterSite !== undefined && endpoint === "POST /v1/auth" && event.type === "response") {
        if (event.response.status === 401) blindAt.add(exporterSite);
        else if (event.response.status === 200) blindAt.delete(exporterSite);
      }
      if (endpoint === "POST /v1/fed/join") {
        if (event.type === "request") return checkRequest(message);
        settle(message, event);
      }
      if (endpoint === "GET /v1/fed/member" && event.type === "response" && event.response.status === 200) {
        look(message.from, event.response.body);
        // A site that is a member: whatever was sent before is settled.
        if (jsonBody(event.response)["fed_role"] === "joint") sent.delete(`${message.from} ${message.to}`);
      }
      return undefined;
    },
  };
}

function isJoinOf({ name, token, outcome }: SentJoin, message: Message): boolean {
  const body = jsonBody(message);
  return outcome === "pending" && body["name"] === name && body["join_token"] === token;
}

function masterInToken(token: string): string {
  const { s } = jsonBody({ body: Buffer.from(token, "base64").toString("latin1") });
  return typeof s === "string" ? s : "";
}
