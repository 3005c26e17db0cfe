import { endpointOf, type Message } from "../trace/events";
import type { FaultClass, FaultInfo } from "./fault";

const login = "POST /v1/auth";
const join = "POST /v1/fed/join";
const leave = "POST /v1/fed/leave";
const remove = "DELETE /v1/fed/cluster/:id";
const joinInternal = "POST /v1/fed/join_internal";
const leaveInternal = "POST /v1/fed/leave_internal";

type Row = readonly [status: number, code: number | undefined, endpoints: readonly string[] | "ours" | "sessions"];

const cleanUp = "Federate rules cleanup is still ongoing. Please try again later.";

/** Refusals that end by themselves (rest-api.md#errors, rest-api.md#joining). */
const forNow: readonly Row[] = [
  [500, 19, [join, leave, remove, joinInternal, leaveInternal]],
  [500, 39, [join, leave, remove, joinInternal]],
  [400, 40, [join, joinInternal]],
  [503, undefined, "ours"],
  [502, undefined, "ours"],
  [429, undefined, "ours"],
];

/** Refusals that a repetition does not end, and those that it must not try to end (rest-api.md#error-codes). */
const forGood: readonly Row[] = [
  [302, undefined, "ours"],
  [400, 4, [join, leave, remove, joinInternal]],
  [400, 6, "ours"],
  [400, 7, [remove]],
  [401, 3, "ours"],
  [401, 47, [login]],
  [401, 48, [login]],
  [403, 25, "sessions"],
  [403, undefined, "ours"],
  [404, 1, "ours"],
  [404, 6, [leaveInternal]],
  [404, 7, "sessions"],
  [408, 3, "sessions"],
  [409, 41, [join, joinInternal]],
  [410, 3, [login]],
  [417, 39, [join, joinInternal]],
  [426, 39, [join, joinInternal]],
  [426, 42, [join]],
  [426, 102, [joinInternal]],
  [428, 4, [join]],
  [500, 4, [joinInternal]],
  [500, 7, [leave]],
];

function hitsOf(endpoints: Row[2]): (message: Message) => boolean {
  if (endpoints === "ours") return ({ isOurs }) => isOurs;
  if (endpoints === "sessions") return (message) => message.isOurs && endpointOf(message) !== login;
  return (message) => endpoints.includes(endpointOf(message));
}

function rowFault([status, code, endpoints]: Row, ofClass: FaultClass): readonly [string, FaultInfo] {
  const name = code === undefined ? String(status) : `${status}/${code}`;
  const fault = { is: "response", effect: false, status, ...(code !== undefined && { code }) } as const;
  return [name, { class: ofClass, fault, hits: hitsOf(endpoints) }];
}

/** An answer of each status and code of the contract in place of the server's own, by name such as `500/39`. */
export const statusFaults: readonly (readonly [string, FaultInfo])[] = [
  ...forNow.map((row) => rowFault(row, "refused_for_now")),
  [
    "clean-up",
    {
      class: "refused_for_now",
      fault: { is: "response", effect: false, status: 400, code: 4, message: cleanUp },
      hits: hitsOf([join]),
    },
  ],
  ...forGood.map((row) => rowFault(row, "refused_for_good")),
  // The gateway in front of a server gives up, and the server carries the request out.
  ["504-after", { class: "lost_after", fault: { is: "response", effect: true, status: 504 }, hits: hitsOf("ours") }],
];
