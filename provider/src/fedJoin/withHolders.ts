import type { InputProblem } from "./checkInputs";
import type { DiffResult } from "./diff";
import type { Stored } from "./state";
import { NeuVectorError } from "../errors";
import type { Log } from "../ports";
import { createHolders, urnKey, type Ownership } from "./holders";

/** The operations of a dynamic resource that decide who owns its object. */
interface Operations {
  check(olds: Stored, news: Stored): Promise<{ inputs: Stored; failures: InputProblem[] }>;
  diff(id: string, stored: Stored, news: Stored): Promise<DiffResult>;
  create(news: Stored): Promise<{ id: string; outs: Record<string, unknown> }>;
  delete(id: string, stored: Stored): Promise<void>;
  /** What is left to do for a deleted resource whose object another one owns. */
  readonly handOver?: (stored: Stored) => Promise<void>;
}

/** An ownership with the words for it. */
export interface NamedOwnership<T> extends Ownership<T> {
  /** The input that a second owner is reported at. */
  readonly property: string;
  /** Such as "the membership of this site". */
  readonly object: string;
}

/**
 * The lifecycle with owners: a resource whose object another one of the same run owns is not ended but handed over, and
 * a second resource for one object is refused. See docs/explanation/architecture.md, "Who owns a membership".
 */
export function withHolders<T, L extends Operations>(ownership: NamedOwnership<T>, log: Log, lifecycle: L): L {
  const holders = createHolders(ownership);
  const { property, object } = ownership;
  const owned: Operations = {
    async check(olds, news) {
      const rival = holders.want(news);
      const { inputs, failures } = await lifecycle.check(olds, news);
      if (rival === undefined) return { inputs, failures };
      const reason = `${rival} and ${String(news[urnKey])} both declare ${object}. Declare it once`;
      return { inputs, failures: [...failures, { property, reason }] };
    },

    async diff(id, stored, news) {
      const result = await lifecycle.diff(id, stored, news);
      const isReplaced = result.replaces.length > 0;
      holders.noteEnd(id, stored, isReplaced && result.deleteBeforeReplace);
      if (!isReplaced) holders.note(news, { ...stored, ...news }, "held");
      return result;
    },

    async create(news) {
      try {
        const created = await lifecycle.create(news);
        holders.note(news, created.outs, "held");
        return created;
      } catch (error) {
        holders.note(news, news, isInState(error) ? "held" : "failed");
        throw error;
      }
    },

    async delete(id, stored) {
      const holder = holders.holderOf(id, stored);
      if (holder === undefined) return lifecycle.delete(id, stored);
      const { urn } = holder;
      if (holder.progress === "failed") {
        throw new NeuVectorError("not_handed_over", `${urn} declares ${object} (${id}), and its create failed`);
      }
      await lifecycle.handOver?.(stored);
      log("warn", `${id} is not ended: ${urn} owns ${object} now`);
    },
  };
  return { ...lifecycle, ...owned };
}

/** True for an error that makes the engine keep the resource. */
function isInState(error: unknown): boolean {
  return typeof error === "object" && error !== null && "id" in error;
}
