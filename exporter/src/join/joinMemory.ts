import { decodeJoinToken, formatAddress, parseJson, type Address, type Member } from "@fedjoin/provider";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { JoinConfig } from "../settings/joinConfig";
import type { StateFiles } from "../state/stateFiles";

const memory = z.object({
  /** The name that a join repeats until it is settled. */
  name: z.string(),
  /** A join was begun and its end is not known: it is gone on with, not begun anew. */
  underWay: z.boolean(),
  /** A join under `name` was sent and may have got through. */
  sent: z.boolean(),
  /** The membership last seen. The controller's id of it is new at every rejoin. */
  membership: z
    .object({
      name: z.string(),
      clusterId: z.string(),
      masterId: z.string().optional(),
      /** True when this exporter made it, or was told to own what it finds. */
      own: z.boolean(),
    })
    .optional(),
  /** The master removed the site; stays until the site is a member again. */
  kicked: z.boolean(),
  /** When a rejoin began, or a join that failed, milliseconds since the epoch. */
  lastTryMs: z.number().optional(),
});

/** What a restart must know of the join. */
export type JoinMemory = Readonly<z.infer<typeof memory>>;

export function freshMemory(name: string): JoinMemory {
  return { name, underWay: false, sent: false, kicked: false };
}

/** True when the member found was made by this exporter; with `adopt: "own"` everything counts as that. */
export function isOwn({ name, sent, membership }: JoinMemory, member: Member, adopt: "report" | "own"): boolean {
  if (adopt === "own") return true;
  if (membership?.clusterId === member.clusterId) return membership.own;
  return sent && member.name === name;
}

/** The memory once the site was seen as `member`: nothing is open any more. */
export function withMember(before: JoinMemory, member: Member, own: boolean): JoinMemory {
  const { name, clusterId, masterId = before.membership?.masterId } = member;
  const membership = { name, clusterId, own, ...(masterId !== undefined && { masterId }) };
  return { ...before, name, underWay: false, sent: false, kicked: false, membership };
}

export interface JoinMemoryStore {
  load(): JoinMemory | undefined;
  save(memory: JoinMemory): void;
}

/** Kept as one small file per wanted membership, so that exporters of several sites may share a folder. */
export function joinMemoryIn(files: StateFiles, config: JoinConfig, controller: Address): JoinMemoryStore {
  const file = `fedjoin-join-${keyOf(config, controller)}.json`;
  let last: string | undefined;
  return {
    load() {
      const parsed = memory.safeParse(parseJson(files.read(file) ?? ""));
      return parsed.success ? parsed.data : undefined;
    },
    save(next) {
      const text = JSON.stringify(next);
      if (text !== last) files.write(file, text);
      last = text;
    },
  };
}

/** The same for the same wanted membership. Of a token only the master's address goes in, of its URL neither credentials nor query. */
function keyOf(config: JoinConfig, controller: Address): string {
  const { storeId, name = "", via, jointRest, masterRest, masterFederation, token } = config;
  const inToken = token.kind === "given" ? decodeJoinToken(token.token) : undefined;
  const url = token.kind === "url" ? new URL(token.url.reveal()) : undefined;
  const addresses = [controller, jointRest, masterRest, masterFederation, inToken].map((address) =>
    address === undefined ? "" : formatAddress(address).toLowerCase(),
  );
  const parts = [storeId, name, via, ...addresses, url === undefined ? "" : `${url.origin}${url.pathname}`];
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32);
}
