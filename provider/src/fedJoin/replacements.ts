import { parseInputs, type FedJoinInputs } from "./inputs";
import { withParties } from "./parties";
import type { LifecycleParts } from "./parts";
import { provenStep } from "./provenStep";
import { sameAddress, type Address } from "../ports";
import { fromStored, type Stored } from "./state";

/**
 * What this process heard of replacements. A delete gets old outputs only, so the diff before it notes what comes after,
 * and the create after it learns what was left.
 */
export interface Replacements {
  /** Notes what a diff found: these inputs replace the membership, or nothing does. */
  note(id: string, stored: Stored, news: Stored | undefined): void;
  /** The way to both sides with the credentials of what replaces the membership, where it uses the same addresses: they may be newer. */
  withNewCredentials(id: string, stored: Stored, inputs: FedJoinInputs): FedJoinInputs;
  /** Refuses a delete whose replacement is not proven to lead anywhere. @throws NeuVectorError: nothing was changed. */
  prove(id: string, stored: Stored): Promise<void>;
  /** Notes that the membership ended. */
  left(id: string, stored: Stored): void;
  /** The error of a create that comes after such an end: it begins with where the site is now. */
  explain(news: Stored, error: unknown): unknown;
}

export function createReplacements(parts: LifecycleParts): Replacements {
  const wanted = new Map<string, Stored>();
  const ended = new Map<string, string>();
  return {
    note(id, stored, news) {
      if (news === undefined) wanted.delete(keyOf(id, stored));
      else wanted.set(keyOf(id, stored), news);
    },
    withNewCredentials(id, stored, inputs) {
      const parsed = parseInputs(wanted.get(keyOf(id, stored)) ?? {});
      if ("problems" in parsed) return inputs;
      const { controller, master } = parsed.inputs;
      const isSameController = isSame(inputs.controller, controller);
      const isSameMaster = isSame(inputs.master.rest, master.rest) && master.credentials !== undefined;
      return {
        ...inputs,
        controller: isSameController && controller !== undefined ? controller : inputs.controller,
        master: { ...inputs.master, ...(isSameMaster && { credentials: master.credentials, tls: master.tls }) },
      };
    },
    async prove(id, stored) {
      const news = wanted.get(keyOf(id, stored));
      if (news === undefined) return;
      const parsed = parseInputs(news);
      if ("problems" in parsed) return;
      const { inputs } = parsed;
      const { inputs: old, outputs } = fromStored(stored);
      const destination = { name: inputs.name ?? id, nameIsFixed: inputs.name !== undefined, inputs, old, outputs };
      await withParties(inputs, parts, (there) => provenStep(destination, there, parts));
    },
    left(id, stored) {
      const news = wanted.get(keyOf(id, stored));
      if (news !== undefined) ended.set(storeIdOf(news), id);
      wanted.delete(keyOf(id, stored));
    },
    explain(news, error) {
      const id = ended.get(storeIdOf(news));
      if (id === undefined || !(error instanceof Error)) return error;
      const prefix = `left its master as ${id}, is now a member of none, and the next pulumi up joins it: `;
      if ("reasons" in error && Array.isArray(error.reasons)) {
        error.reasons = error.reasons.map((reason) => `${prefix}${String(reason)}`);
      }
      error.message = `${prefix}${error.message}`;
      return error;
    },
  };
}

function isSame(one: Address | undefined, other: Address | undefined): boolean {
  return one !== undefined && other !== undefined && sameAddress(one, other);
}

function keyOf(id: string, stored: Stored): string {
  return `${id} ${String(stored["clusterId"])}`;
}

function storeIdOf(news: Stored): string {
  return String(news["storeId"]);
}
