import type { WorldEvent } from "../trace/events";
import { endpointOf, jsonBody } from "../trace/events";

/** A rare branch, by what can be seen of it from outside. */
interface Mark {
  readonly name: string;
  readonly shows: (event: WorldEvent) => boolean;
}

const log =
  (pattern: RegExp) =>
  (event: WorldEvent): boolean =>
    event.type === "log" && pattern.test(event.text);
const failure =
  (pattern: RegExp) =>
  (event: WorldEvent): boolean =>
    event.type === "result" && event.result.is === "failed" && pattern.test(event.result.error);
const found =
  (status: string) =>
  (event: WorldEvent): boolean =>
    event.type === "result" &&
    event.result.is === "done" &&
    event.call.operation === "read" &&
    event.result.outputs?.["status"] === status;

/** Branches that a search which never reaches them has not tested. */
const marks: readonly Mark[] = [
  { name: "an entry that may be a join under way is waited for", shows: log(/may be under way; checking again/) },
  { name: "a stale entry of the site is removed", shows: log(/Removing the stale entry/) },
  {
    name: "a leave waits for an entry that may be a join under way",
    shows: log(/which may be joining; checking again/),
  },
  { name: "a leave is tried again", shows: log(/^Leaving .* failed/) },
  { name: "a join is tried again", shows: log(/Retry \d+\/\d+ after/) },
  { name: "an expired session is renewed", shows: log(/expired, logging in again/) },
  { name: "a membership is handed over", shows: log(/is not ended:/) },
  {
    name: "a failed step leaves the resource in the state",
    shows: (event) => event.type === "result" && event.result.is === "failed" && event.result.isPartial,
  },
  { name: "a failed move goes back", shows: failure(/is a member of .* again, since /) },
  { name: "a failed move ends with a member of none", shows: failure(/is now a member of none/) },
  { name: "a destination that is not verified changes nothing", shows: failure(/nothing was changed, and/) },
  { name: "a refused login stops a command", shows: failure(/Check user name and password before you try again/) },
  { name: "a locked account stops a command", shows: failure(/Stop everything that uses this account/) },
  { name: "a command is interrupted", shows: failure(/#cancelled/) },
  { name: "a join token is refused", shows: response("POST /v1/fed/join", 417) },
  { name: "a cluster name is taken", shows: response("POST /v1/fed/join", 409) },
  {
    name: "a site cleans up",
    shows: (event) => event.type === "response" && event.response.body.includes("cleanup is still ongoing"),
  },
  {
    name: "a member leaves by force",
    shows: (event) =>
      event.type === "request" &&
      event.message.isOurs &&
      endpointOf(event.message) === "POST /v1/fed/leave" &&
      jsonBody(event.message)["force"] === true,
  },
  // No site of the simulation has a second joint address, so none is found "moved".
  ...["kicked", "left", "renamed", "elsewhere"].map((status) => ({
    name: `a refresh finds ${status}`,
    shows: found(status),
  })),
  {
    name: "a refresh finds nothing",
    shows: (event) =>
      event.type === "result" &&
      event.call.operation === "read" &&
      event.result.is === "done" &&
      event.result.id === undefined,
  },
  { name: "an exporter stays away after a kick", shows: log(/The master removed|it is not known whether it left/) },
  { name: "an exporter joins again", shows: log(/rejoin/i) },
  {
    name: "an exporter waits after a refused login",
    shows: (event) => event.type === "log" && event.level === "error" && /login|Login/.test(event.text),
  },
  {
    name: "prune deletes an entry",
    shows: (event) =>
      event.type === "request" &&
      event.message.from.startsWith("prune") &&
      event.message.path.startsWith("/v1/fed/cluster/"),
  },
];

function response(endpoint: string, status: number): (event: WorldEvent) => boolean {
  return (event) =>
    event.type === "response" &&
    event.message.isOurs &&
    endpointOf(event.message) === endpoint &&
    event.response.status === status;
}

export const markNames: readonly string[] = marks.map(({ name }) => name);

/** Notes which branches were reached. */
export interface MarkCounter {
  see(events: readonly WorldEvent[]): void;
  readonly reached: ReadonlySet<string>;
}

export function createMarkCounter(): MarkCounter {
  const reached = new Set<string>();
  let open = marks;
  return {
    reached,
    see(events) {
      if (open.length === 0) return;
      for (const event of events) {
        const shown = open.filter(({ shows }) => shows(event));
        if (shown.length === 0) continue;
        for (const { name } of shown) reached.add(name);
        open = open.filter((mark) => !shown.includes(mark));
      }
    },
  };
}
