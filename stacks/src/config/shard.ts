import { createHash } from "node:crypto";
import { mapping, storeId, text, withRules } from "@fedjoin/provider/internal/values";
import * as z from "zod";
import type { Problem, RawMembers } from "./rawMembers";
import { list, positiveInteger } from "./scalars";

/** The part of a shared list that belongs to this stack. The stacks of a list differ only in `value`, or in `index`. */
export const shardSchema = withRules(
  mapping({
    label: text.exactOptional().describe("the label that assigns members to stacks, such as region"),
    value: text.exactOptional().describe("its value for this stack's members; one of values"),
    values: list(text)
      .exactOptional()
      .describe("the values of all stacks that share the list; each member must have one of them"),
    index: positiveInteger.exactOptional().describe("this stack, from 1 to count"),
    count: positiveInteger.exactOptional().describe("how many stacks share the list"),
  }),
  [
    "",
    "give label, value and values, or index and count",
    ({ label, value, values, index, count }) => {
      const byLabel = [label, value, values].filter((given) => given !== undefined).length;
      const byId = [index, count].filter((given) => given !== undefined).length;
      return (byLabel === 3 && byId === 0) || (byLabel === 0 && byId === 2);
    },
  ],
  [
    "value",
    "expected one of values",
    ({ value, values }) => !Array.isArray(values) || value === undefined || values.includes(value),
  ],
  [
    "index",
    "expected at most count",
    ({ index, count }) => index === undefined || count === undefined || index <= count,
  ],
);

export type Shard = z.output<typeof shardSchema>;

/** The shard of a store id, from 1 to `count`; it does not depend on the other members. */
export function shardOf(id: string, count: number): number {
  return 1 + (createHash("sha256").update(id.toLowerCase()).digest().readUInt32BE() % count);
}

const labelled = z.looseObject({ labels: z.record(z.string(), z.unknown()).optional() });
const identified = z.looseObject({ storeId });

/**
 * Whether each member belongs to this stack. Each belongs to exactly one of the stacks that share the list. A member that
 * cannot be assigned is a problem in all of them, so that none is lost: one without a valid store id belongs to all, and
 * is refused there.
 */
export function selectShard(shard: Shard | undefined, section: RawMembers["section"], members: readonly unknown[]) {
  const problems: Problem[] = [];
  const isTaken = members.map((member, index) => {
    const { label, value, values = [], index: own, count } = shard ?? {};
    if (label !== undefined) {
      const actual = labelled.safeParse(member).data?.labels?.[label];
      const isKnown = values.some((known) => known === actual);
      const message = actual === undefined ? "is required by shard.label" : "expected one of shard.values";
      if (!isKnown) problems.push({ path: [section, index, "labels", label], message });
      return actual === value;
    }
    const id = identified.safeParse(member).data?.storeId;
    return own === undefined || count === undefined || id === undefined || shardOf(id, count) === own;
  });
  return { isTaken, problems };
}
