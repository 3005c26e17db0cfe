import { createHash } from "node:crypto";
import * as z from "zod";
import type { JoinVia } from "./membership";
import type { Secret } from "../values/secret";
import type { Address } from "../values/address";

const contents = z.object({
  s: z.string().min(1).optional(),
  p: z.int().min(1).max(65535).optional(),
  t: z.string().optional(),
});

function parseContents(token: Secret): z.output<typeof contents> | undefined {
  const text = token.reveal().replace(/[\r\n]/g, "");
  // The controller decodes strictly; Buffer skips invalid characters.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  try {
    return contents.parse(JSON.parse(Buffer.from(text, "base64").toString("utf8")));
  } catch {
    return undefined;
  }
}

/**
 * Returns the master's federation address in a join token; `undefined` if it holds none. A join token is base64 of
 * `{"s": server, "p": port, "t": ticket}` (rest-api.md#join-tokens). Do not trust its content.
 */
export function decodeJoinToken(token: Secret): Address | undefined {
  const { s, p } = parseContents(token) ?? {};
  return s === undefined || p === undefined ? undefined : { server: s, port: p };
}

/**
 * Says what is wrong with a join token, without repeating it. A master, or a gateway in front of it, may accept any token. A
 * site's controller accepts only base64 JSON with a ticket and, unless `hasAddress`, the master's address (rest-api.md#join-tokens).
 */
export function tokenProblem(token: Secret, via: JoinVia, hasAddress: boolean): string | undefined {
  if (via === "master") return undefined;
  const { s, p, t } = parseContents(token) ?? {};
  const isComplete = t !== undefined && t !== "" && (hasAddress || (s !== undefined && p !== undefined));
  return isComplete ? undefined : `a site's controller takes a join token only as ${expectedFormat}`;
}

const expectedFormat =
  'base64 of {"s":"<the master\'s host>","p":11443,"t":"<ticket>"}; a fixed join token goes into "t" of such a wrapper';

/** A ticket of this length cannot be guessed. Those that a controller issues are longer. */
const minUnguessableLength = 32;

/**
 * Returns the first 12 hex digits of the token's SHA-256, to tell tokens apart. Empty for a short token, such as a fixed one:
 * it could be guessed from its fingerprint.
 */
export function joinTokenFingerprint(token: Secret): string {
  const ticket = parseContents(token)?.t ?? token.reveal();
  if (ticket.length < minUnguessableLength) return "";
  return createHash("sha256").update(token.reveal()).digest("hex").slice(0, 12);
}
