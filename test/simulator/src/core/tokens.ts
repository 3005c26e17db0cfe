import { createCipheriv, createDecipheriv } from "node:crypto";
import * as z from "zod";
import type { Random } from "./ports";
import { parseJson } from "./requestBody";

/** What a join token tells the joining cluster (rest-api.md#join-tokens). */
export interface JoinToken {
  readonly server: string;
  readonly port: number;
  readonly ticket: string;
}

const joinTokenBody = z.object({ s: z.string().default(""), p: z.int().default(0), t: z.string().default("") });

export function encodeJoinToken({ server, port, ticket }: JoinToken): string {
  return Buffer.from(JSON.stringify({ s: server, p: port, t: ticket })).toString("base64");
}

/** The parts of a join token, or undefined when it is not base64 of the right JSON. */
export function decodeJoinToken(token: string): JoinToken | undefined {
  if (invalidBase64At(token) !== undefined) return undefined;
  const parsed = joinTokenBody.safeParse(parseJson(Buffer.from(token, "base64").toString()));
  return parsed.success ? { server: parsed.data.s, port: parsed.data.p, ticket: parsed.data.t } : undefined;
}

const ivLength = 16;
const ticketBody = z.object({ e: z.int() });

/**
 * A ticket that only the holders of the secret can make and read: base64 of IV and AES-CFB text
 * (rest-api.md#join-tokens).
 */
export function sealTicket(secret: string, expiresMs: number, random: Random): string {
  const iv = random.bytes(ivLength);
  const plain = JSON.stringify({
    s: Buffer.from(random.bytes(4)).readUInt32BE(),
    e: Math.floor(expiresMs / 1000),
  });
  const cipher = createCipheriv("aes-256-cfb", secret, iv);
  return Buffer.concat([iv, cipher.update(plain), cipher.final()]).toString("base64");
}

/** Why the ticket is not accepted, in the product's words, or undefined when it is good. */
export function ticketProblem(secret: string, ticket: string, nowMs: number): string | undefined {
  if (ticket === "") return "Invalid data";
  const badAt = invalidBase64At(ticket);
  if (badAt !== undefined) return `failed to decrypt data: illegal base64 data at input byte ${badAt}`;
  const sealed = Buffer.from(ticket, "base64");
  if (sealed.length <= ivLength) return "failed to decrypt data: ciphertext too short";
  const decipher = createDecipheriv("aes-256-cfb", secret, sealed.subarray(0, ivLength));
  const plain = Buffer.concat([decipher.update(sealed.subarray(ivLength)), decipher.final()]).toString("latin1");
  const parsed = ticketBody.safeParse(parseJson(plain));
  if (!parsed.success) return `invalid character ${JSON.stringify(plain.charAt(0))} looking for beginning of value`;
  return parsed.data.e * 1000 <= nowMs ? "token expired" : undefined;
}

/** Position of the first byte that cannot be part of padded standard base64. */
function invalidBase64At(value: string): number | undefined {
  const body = /^[A-Za-z0-9+/]*/.exec(value)?.[0].length ?? 0;
  const padding = value.slice(body);
  if (value.length % 4 === 0 && (padding === "" || padding === "=" || padding === "==")) return undefined;
  return body;
}
