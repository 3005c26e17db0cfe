import { createHash } from "node:crypto";
import { jsonBody, type CallResult, type Message, type WorldEvent } from "./events";

/** One line for each event that a person wants to see. */
export function timeline(events: readonly WorldEvent[]): string[] {
  const [first] = events;
  return events.flatMap((event) => {
    const text = describe(event);
    return text === undefined ? [] : [`${((event.atMs - (first?.atMs ?? 0)) / 1000).toFixed(3).padStart(9)}  ${text}`];
  });
}

/** The same for the same course of events, in every process. */
export function traceHash(events: readonly WorldEvent[]): string {
  return createHash("sha256").update(timeline(events).join("\n")).digest("hex").slice(0, 16);
}

function describe(event: WorldEvent): string | undefined {
  switch (event.type) {
    case "request":
      return `${step(event.message.step)} ${event.message.from} -> ${describeMessage(event.message)}`;
    case "arrival":
      return undefined;
    case "response":
      return `${step(event.message.step)} ${event.message.from} <- ${describeResponse(event)}`;
    case "loss":
      return `${step(event.message.step)} ${event.message.from} <- ${event.how}`;
    case "fault":
      return `${step(event.step)} *** ${event.kind}`;
    case "log":
      return `      ${event.process} ${event.level}: ${event.text}`;
    case "start":
      return `      ${event.process}: ${event.command}`;
    case "end":
      return `      ${event.process} ${event.how}${event.problems.map((problem) => `\n${" ".repeat(18)}${problem}`).join("")}`;
    case "provider_end":
      return `      ${event.process}: its provider crashed`;
    case "checkpoint":
      return `${step(event.step)} ${event.process} writes the state`;
    case "call":
      return `      ${event.process} ${event.call.operation} ${nameIn(event.call.urn)} ${event.call.id ?? ""}`;
    case "result":
      return `      ${event.process} ${event.call.operation} ${describeResult(event.result)}`;
    case "act":
      return event.phase === "begin"
        ? `      *** ${event.what} ${event.host}`
        : `      *** ${event.what} ${event.host}: done`;
  }
}

function describeResult(result: CallResult): string {
  if (result.is === "failed") return `failed: ${result.error}`;
  const status = result.outputs?.["status"];
  return `done ${result.id ?? ""} ${typeof status === "string" ? status : ""}`.trimEnd();
}

function step(number: number): string {
  return number < 0 ? "    " : `#${String(number).padEnd(3)}`;
}

function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

function describeMessage(message: Message): string {
  const { to, method, path } = message;
  const body = jsonBody(message);
  const name = typeof body["name"] === "string" ? ` as ${body["name"]}` : "";
  const force = body["force"] === true ? " by force" : "";
  return `${method} ${to}${path}${name}${force}`;
}

function describeResponse({ message, response: { status, body } }: WorldEvent & { type: "response" }): string {
  const { code, message: text } = jsonBody({ body });
  const detail = typeof code === "number" ? `/${code} ${String(text)}` : "";
  return `${status}${detail} ${message.method} ${message.path}${message.path === "/v1/fed/member" ? describeMembers(body) : ""}`;
}

function describeMembers(body: string): string {
  const { fed_role: role, joint_clusters: members } = jsonBody({ body });
  const rows = Array.isArray(members)
    ? members.map((each: { name?: string; status?: string }) => `${each.name ?? ""} ${each.status ?? ""}`)
    : [];
  return ` ${role === "" ? "standalone" : String(role)} [${rows.join(", ")}]`;
}
