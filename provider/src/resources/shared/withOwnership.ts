import type { ResourceLifecycle } from "./resourceLifecycle";
import { createOwnershipRegistry, urnKey, type Ownership } from "./ownershipRegistry";
import type { ResourceProps } from "./props";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Log } from "../../neuvector/ports";

/** The owned object of a resource, with the words for messages. */
export interface ResourceOwnership<T> extends Ownership<T> {
  /** The input at which a second owner is reported. */
  readonly property: string;
  /** Such as "the membership of this site". */
  readonly description: string;
}

interface HandedOver {
  /** What remains to be done for a deleted resource whose object another one owns. */
  readonly handOver?: (stored: ResourceProps) => Promise<void>;
}

/**
 * Adds ownership to a lifecycle: an object that another resource of the same run owns is handed over and not deleted, and a
 * second resource for one object is rejected. See docs/decisions/007-handover.md.
 */
export function withOwnership<T>(
  ownership: ResourceOwnership<T>,
  log: Log,
  lifecycle: ResourceLifecycle & HandedOver,
): ResourceLifecycle {
  const registry = createOwnershipRegistry(ownership);
  const { property, description } = ownership;
  return {
    ...lifecycle,

    async check(olds, news) {
      const rival = registry.claim(news);
      const { inputs, failures } = await lifecycle.check(olds, news);
      if (rival === undefined) return { inputs, failures };
      const reason = `${rival} and ${String(news[urnKey])} both declare ${description}. Declare it once`;
      return { inputs, failures: [...failures, { property, reason }] };
    },

    async diff(id, stored, news) {
      const result = await lifecycle.diff(id, stored, news);
      const isReplaced = result.replaces.length > 0;
      registry.recordReplacement(id, stored, isReplaced && result.deleteBeforeReplace);
      if (!isReplaced && registry.isDeclared(news)) registry.record(news, { ...stored, ...news }, "held");
      return result;
    },

    async create(news) {
      try {
        const created = await lifecycle.create(news);
        registry.record(news, created.outs, "held");
        return created;
      } catch (error) {
        registry.record(news, news, isInState(error) ? "held" : "failed");
        throw error;
      }
    },

    async delete(id, stored) {
      const owner = registry.ownerOf(id, stored);
      if (owner === undefined) return lifecycle.delete(id, stored);
      const { urn } = owner;
      if (owner.progress === "failed") {
        throw new NeuVectorError("not_handed_over", `${urn} declares ${description} (${id}), and its create failed`);
      }
      await lifecycle.handOver?.(stored);
      log("warn", `${id} is not ended: ${urn} owns ${description} now`);
    },
  };
}

/** True for an error that makes the engine keep the resource in the state. */
function isInState(error: unknown): boolean {
  return typeof error === "object" && error !== null && "id" in error;
}
