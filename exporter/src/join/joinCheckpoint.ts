import { decodeJoinToken, isClusterNameOf, type ObservedMembership } from "@fedjoin/provider/federation";
import { addressKey, parseJson, type Address } from "@fedjoin/provider/neuvector";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { JoinConfig } from "../settings/joinConfig";
import type { StateFiles } from "../state/stateFiles";

const checkpointSchema = z.object({
  /** The name of the membership, or of the join that is to make it. */
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
  /** When a rejoin began, or a join last ended without a member, milliseconds since the epoch. */
  lastTryMs: z.number().optional(),
});

/** What a restart must know of the join. */
export type JoinCheckpoint = Readonly<z.infer<typeof checkpointSchema>>;

/** Whose a membership is that was found. */
export interface OwnershipRules {
  readonly storeId: string;
  /** `own` counts every membership as this exporter's. */
  readonly adopt: "report" | "own";
}

/**
 * True when the member found, at the joint address that is wanted, counts as made by this exporter. Where none was seen
 * before, its name tells: a pod that lost its files finds its own membership again.
 */
export function ownsMember(
  { name, sent, membership }: JoinCheckpoint,
  member: ObservedMembership,
  rules: OwnershipRules,
): boolean {
  if (rules.adopt === "own") return true;
  if (membership === undefined) return member.name === name || isClusterNameOf(rules.storeId, member.name);
  if (membership.clusterId === member.clusterId || membership.name === member.name) return membership.own;
  return sent && member.name === name;
}

/** The memory once the site was seen as `member`: nothing is open any more. */
export function checkpointWithMember(before: JoinCheckpoint, member: ObservedMembership, own: boolean): JoinCheckpoint {
  const { name, clusterId, masterId = before.membership?.masterId } = member;
  const membership = { name, clusterId, own, ...(masterId !== undefined && { masterId }) };
  return { ...before, name, underWay: false, sent: false, kicked: false, membership };
}

/**
 * The name under which the site was a member, as far as this exporter knows: seen, or sent in a join that may have got
 * through. A name that was only drawn, as after the state folder was lost, is nobody's.
 */
export function lastKnownName({ name, sent, membership }: JoinCheckpoint): string | undefined {
  return membership?.name ?? (sent ? name : undefined);
}

/** The memory without a time to come: a clock that was wrong and set right must not put off a join for years. */
export function clampLastTry(memory: JoinCheckpoint, nowMs: number): JoinCheckpoint {
  return memory.lastTryMs !== undefined && memory.lastTryMs > nowMs ? { ...memory, lastTryMs: nowMs } : memory;
}

/** The memory as it stands, every change of which is kept. */
export interface JoinCheckpointStore {
  readonly current: JoinCheckpoint;
  save(changes: Partial<JoinCheckpoint>): void;
}

/** Kept as one small file per wanted membership, so that exporters of several sites may share a folder. */
export function openJoinCheckpoint(
  files: StateFiles,
  config: JoinConfig,
  controller: Address,
  drawName: () => string,
): JoinCheckpointStore {
  const file = `fedjoin-join-${checkpointKey(config, controller)}.json`;
  migrateLegacyFile(files, `fedjoin-join-${checkpointKey(config, controller, true)}.json`, file);
  const stored = checkpointSchema.safeParse(parseJson(files.read(file) ?? ""));
  let current: JoinCheckpoint = stored.success
    ? stored.data
    : { name: config.name ?? drawName(), underWay: false, sent: false, kicked: false };
  let written: string | undefined;
  return {
    get current() {
      return current;
    },
    save(changes) {
      current = { ...current, ...changes };
      const text = JSON.stringify(current);
      if (text !== written) files.write(file, text);
      written = text;
    },
  };
}

/** The same for the same wanted membership. Of a token only the master's address goes in, of its URL only the host: a path may be a secret. */
function checkpointKey(config: JoinConfig, controller: Address, withPath = false): string {
  const { storeId, name = "", via, jointRest, masterRest, masterFederation, token } = config;
  const inToken = token.kind === "given" ? decodeJoinToken(token.token) : undefined;
  const url = token.kind === "url" ? new URL(token.url.reveal()) : undefined;
  const addresses = [controller, jointRest, masterRest, masterFederation, inToken].map((address) =>
    address === undefined ? "" : addressKey(address),
  );
  const parts = [
    storeId,
    name,
    via,
    ...addresses,
    url === undefined ? "" : `${url.origin}${withPath ? url.pathname : ""}`,
  ];
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32);
}

/** Earlier versions made the name of the token URL's path too: their file is renamed. */
function migrateLegacyFile(files: StateFiles, legacy: string, file: string): void {
  const text = legacy === file ? undefined : files.read(legacy);
  if (text === undefined) return;
  if (files.read(file) === undefined) files.write(file, text);
  files.remove(legacy);
}
