import type { InputProblem } from "./checkInputs";
import type { DiffResult } from "../fedJoin/diff";
import type { ResourceProps } from "../fedJoin/state";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Log } from "../../neuvector/ports";
import { createOwnershipRegistry, urnKey, type Ownership } from "./ownershipRegistry";

/** The operations of a dynamic resource that decide who owns its object. */
interface Operations {
  check(olds: ResourceProps, news: ResourceProps): Promise<{ inputs: ResourceProps; failures: InputProblem[] }>;
  diff(id: string, stored: ResourceProps, news: ResourceProps): Promise<DiffResult>;
  create(news: ResourceProps): Promise<{ id: string; outs: Record<string, unknown> }>;
  delete(id: string, stored: ResourceProps): Promise<void>;
  /** What is left to do for a deleted resource whose object another one owns. */
  readonly handOver?: (stored: ResourceProps) => Promise<void>;
}

/** An ownership with the words for it. */
export interface ResourceOwnership<T> extends Ownership<T> {
  /** The input that a second owner is reported at. */
  readonly property: string;
  /** Such as "the membership of this site". */
  readonly description: string;
}

/**
 * The lifecycle with owners: a resource whose object another one of the same run owns is not ended but handed over, and
 * a second resource for one object is refused. See docs/decisions/007-handover.md.
 */
export function withOwnership<T, L extends Operations>(ownership: ResourceOwnership<T>, log: Log, lifecycle: L): L {
  const holders = createOwnershipRegistry(ownership);
  const { property, description } = ownership;
  const owned: Operations = {
    async check(olds, news) {
      const rival = holders.claim(news);
      const { inputs, failures } = await lifecycle.check(olds, news);
      if (rival === undefined) return { inputs, failures };
      const reason = `${rival} and ${String(news[urnKey])} both declare ${description}. Declare it once`;
      return { inputs, failures: [...failures, { property, reason }] };
    },

    async diff(id, stored, news) {
      const result = await lifecycle.diff(id, stored, news);
      const isReplaced = result.replaces.length > 0;
      holders.recordReplacement(id, stored, isReplaced && result.deleteBeforeReplace);
      if (!isReplaced) holders.record(news, { ...stored, ...news }, "held");
      return result;
    },

    async create(news) {
      try {
        const created = await lifecycle.create(news);
        holders.record(news, created.outs, "held");
        return created;
      } catch (error) {
        holders.record(news, news, isInState(error) ? "held" : "failed");
        throw error;
      }
    },

    async delete(id, stored) {
      const holder = holders.ownerOf(id, stored);
      if (holder === undefined) return lifecycle.delete(id, stored);
      const { urn } = holder;
      if (holder.progress === "failed") {
        throw new NeuVectorError("not_handed_over", `${urn} declares ${description} (${id}), and its create failed`);
      }
      await lifecycle.handOver?.(stored);
      log("warn", `${id} is not ended: ${urn} owns ${description} now`);
    },
  };
  return { ...lifecycle, ...owned };
}

/** True for an error that makes the engine keep the resource. */
function isInState(error: unknown): boolean {
  return typeof error === "object" && error !== null && "id" in error;
}
