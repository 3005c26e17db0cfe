import type { Fault } from "@fedjoin/simulator";

const status = (of: number, code?: number) =>
  ({ what: "status", status: of, ...(code !== undefined && { code }) }) as const;
const answer = (body: string) => ({ what: "garbage", body, contentType: "application/json" }) as const;

/** What goes wrong with a request, by a title. Statuses and codes are those of the contract (rest-api.md#error-codes). */
export const faultKinds: Readonly<Record<string, Fault>> = {
  "lost before the effect": { what: "reset-before-effect" },
  "lost after the effect": { what: "reset-after-effect" },
  "delayed before the effect": { what: "delay", ms: 300 },
  "delayed after the effect": { what: "delay", ms: 300, when: "after" },
  truncated: { what: "truncated" },
  "longer than the limit": { what: "oversized", bytes: 9 * 1024 * 1024 },
  slow: { what: "slow", bytes: 40, everyMs: 10 },
  "an HTML page": { what: "garbage" },
  "an HTML page after the effect": { what: "garbage", effect: true },
  "an empty object": answer("{}"),
  null: answer("null"),
  "no body": answer(""),
  redirect: { what: "redirect", to: "https://127.0.0.1:9" },
  "400/4 wrong role or clean-up": status(400, 4),
  "400/37 unknown cluster": status(400, 37),
  "400/39 federation": status(400, 39),
  "401/3 session": status(401, 3),
  "401/47 locked out": status(401, 47),
  "401/48 password expired": status(401, 48),
  "403/25 access denied": status(403, 25),
  "404/7 not found": status(404, 7),
  "408/3 session": status(408, 3),
  "409/41 duplicate name": status(409, 41),
  "410/6 version": status(410, 6),
  "417 token": status(417, 3),
  "426/102 version": status(426, 102),
  "429 with Retry-After": { ...status(429), headers: { "Retry-After": "1" } },
  "500/19 lock": status(500, 19),
  "500/38 remote": status(500, 38),
  "500/39 federation": status(500, 39),
  "502 after the effect": { ...status(502), effect: true },
  503: status(503),
};
