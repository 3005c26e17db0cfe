import { createHash } from "node:crypto";

/** An answer: one whole object, or a list that `start` and `limit` cut. */
export type Answer =
  { readonly whole: unknown } | { readonly key: string; readonly items: readonly unknown[]; readonly rest: object };

export const startSeconds = 1_795_440_000;
export const startText = "2026-11-23T13:44:46Z";

/** Looks like an id of the product and, like one, hardly shrinks when compressed. */
export const idOf = (kind: string, index: number): string =>
  createHash("sha256").update(`${kind} ${index}`).digest("hex");

export const each = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export const whole = (body: unknown): Answer => ({ whole: body });
export const list = (key: string, items: readonly unknown[], rest: object = {}): Answer => ({ key, items, rest });

export const domains = ["shop", "billing", "search", "neuvector", "kube-system", "monitoring", "default", "data"];
export const domainOf = (index: number): string => domains[index % domains.length] ?? "";

/** Workloads of one service. */
export const perService = 10;
export const serviceOf = (index: number): string => `svc-${Math.floor(index / perService)}`;

export const scan = (index: number, count: number) => ({
  base_os: "sles:15.5",
  critical: count === 0 ? 0 : index % 3,
  cvedb_create_time: "2026-11-20T04:12:08Z",
  high: count,
  medium: count * 2,
  result: "succeeded",
  scanned_at: startText,
  scanned_timestamp: startSeconds + index,
  scanner_version: "4.101",
  status: "finished",
});

export const modes = ["Discover", "Monitor", "Protect"];
