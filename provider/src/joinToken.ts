import { createHash } from "node:crypto";
import { z } from "zod";
import type { Address } from "./ports";
import type { Secret } from "./secret";

const contents = z.object({ s: z.string().min(1), p: z.int().min(1).max(65535), t: z.string().optional() });

/**
 * The master's federation address inside a join token, or `undefined` when it holds none.
 * A join token is base64 of `{"s": server, "p": port, "t": ticket}` (contract 3.8); nothing in it is to be trusted.
 */
export function decodeJoinToken(token: Secret): Address | undefined {
  try {
    const text = Buffer.from(token.reveal(), "base64").toString("utf8");
    const { s, p } = contents.parse(JSON.parse(text));
    return { server: s, port: p };
  } catch {
    return undefined;
  }
}

/** The first 12 hex digits of the token's SHA-256: tells two tokens apart, gives none away. */
export function fingerprintOf(token: Secret): string {
  return createHash("sha256").update(token.reveal()).digest("hex").slice(0, 12);
}
