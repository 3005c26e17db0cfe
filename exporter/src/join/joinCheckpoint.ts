import { decodeJoinToken, isClusterNameOf, type ObservedMembership } from "@fedjoin/provider/internal/federation";
import { parseJson } from "@fedjoin/provider/internal/neuvector";
import { createHash } from "node:crypto";
import * as z from "zod";
import type { JoinConfig } from "../settings/joinConfig";
import type { StateFiles } from "../state/stateFiles";
import { addressKey, type Address } from "@fedjoin/provider/internal/values";

const checkpointSchema = z.object({
  /** The name of the membership, or of the join that shall make it. */
  name: z.string(),
  /** A join was started and its end is not known: it is continued, not started again. */
  underWay: z.boolean(),
  /** A join under `name` was sent and may have succeeded. */
  sent: z.boolean(),
  /** The membership last seen. The controller's id of it is new at every rejoin. */
  membership: z
    .object({
      name: z.string(),
      clusterId: z.string(),
      masterId: z.string().optional(),
      /** True if this exporter made it, or is configured to own what it finds. */
      own: z.boolean(),
    })
    .optional(),
  /** The master removed the site; kept until the site is a member again. */
  kicked: z.boolean(),
  /** When a rejoin began, or a join last ended without a member, in milliseconds since the epoch. */
  lastTryMs: z.number().optional(),
});

/** The state of the join that survives a restart. */
export type JoinCheckpoint = Readonly<z.infer<typeof checkpointSchema>>;

/** Rules that decide who owns a membership that was found. */
export interface OwnershipRules {
  readonly storeId: string;
  /** `own`: this exporter owns every membership. */
  readonly adopt: "report" | "own";
}

/**
 * Returns true if this exporter counts as the owner of the member found at the desired joint address. If no member was seen
 * before, its name decides: a pod that lost its files finds its own membership again.
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

/** Returns the checkpoint after the site was seen as `member`: nothing is pending any more. */
export function checkpointWithMember(before: JoinCheckpoint, member: ObservedMembership, own: boolean): JoinCheckpoint {
  const { name, clusterId, masterId = before.membership?.masterId } = member;
  const membership = { name, clusterId, own, ...(masterId !== undefined && { masterId }) };
  return { ...before, name, underWay: false, sent: false, kicked: false, membership };
}

/**
 * Returns the name under which the site was a member, as far as this exporter knows: seen, or sent in a join that may have
 * succeeded. A name that was only generated, as after the state folder was lost, does not count.
 */
export function lastKnownName({ name, sent, membership }: JoinCheckpoint): string | undefined {
  return membership?.name ?? (sent ? name : undefined);
}

/** Returns the checkpoint without a time in the future: a clock that was corrected must not delay a join for years. */
export function clampLastTry(checkpoint: JoinCheckpoint, nowMs: number): JoinCheckpoint {
  const { lastTryMs } = checkpoint;
  return lastTryMs !== undefined && lastTryMs > nowMs ? { ...checkpoint, lastTryMs: nowMs } : checkpoint;
}

/** The current checkpoint. Every change is written to its file. */
export interface JoinCheckpointStore {
  readonly current: JoinCheckpoint;
  save(changes: Partial<JoinCheckpoint>): void;
}

/** Opens the checkpoint: one small file per desired membership, so that exporters of several sites may share a folder. */
export function openJoinCheckpoint(
  files: StateFiles,
  config: JoinConfig,
  controller: Address,
  generateName: () => string,
): JoinCheckpointStore {
  const file = `fedjoin-join-${checkpointKey(config, controller)}.json`;
  migrateLegacyFile(files, `fedjoin-join-${checkpointKey(config, controller, true)}.json`, file);
  const stored = checkpointSchema.safeParse(parseJson(files.read(file) ?? ""));
  let current: JoinCheckpoint = stored.success
    ? stored.data
    : { name: config.membership.name ?? generateName(), underWay: false, sent: false, kicked: false };
  let written: string | undefined;
  return {
    get current() {
      return current;
    },
    save(changes) {
      current = { ...current, ...changes };
      const text = JSON.stringify(current);
      if (text !== written && files.write(file, text)) written = text;
    },
  };
}

/**
 * Returns the same key for the same desired membership. Includes only the master's address from a token, and only the host
 * of a token URL: a path may be a secret.
 */
function checkpointKey(config: JoinConfig, controller: Address, withPath = false): string {
  const { membership, via, masterRest, token } = config;
  const { storeId, name = "", jointRest, master } = membership;
  const inToken = token.kind === "given" ? decodeJoinToken(token.token) : undefined;
  const url = token.kind === "url" ? new URL(token.url.reveal()) : undefined;
  const addresses = [controller, jointRest, masterRest, master.federation, inToken].map((address) =>
    address === undefined ? "" : addressKey(address),
  );
  const urlText = url === undefined ? "" : `${url.origin}${withPath ? url.pathname : ""}`;
  const fields = [storeId, name, via, ...addresses, urlText];
  return createHash("sha256").update(fields.join("\n")).digest("hex").slice(0, 32);
}

/** Renames the file of an earlier version, whose name also depended on the path of the token URL. */
function migrateLegacyFile(files: StateFiles, legacy: string, file: string): void {
  const text = legacy === file ? undefined : files.read(legacy);
  if (text === undefined) return;
  if (files.read(file) === undefined) files.write(file, text);
  files.remove(legacy);
}
