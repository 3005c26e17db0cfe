import { parseFedJoinInputs, type FedJoinInputs } from "./inputs";
import { withSessions } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { verifyMove } from "./verifyMove";
import { sameAddress, type Address } from "../../neuvector/ports";
import { fromStored, type ResourceProps } from "./state";

/**
 * What this process heard of replacements. A delete gets old outputs only, so the diff before it notes what comes after,
 * and the create after it learns what was left.
 */
export interface Replacements {
  /** Notes what a diff found: these inputs replace the membership, or nothing does. */
  record(id: string, stored: ResourceProps, news: ResourceProps | undefined): void;
  /** The way to both sides with the credentials of what replaces the membership, where it uses the same addresses: they may be newer. */
  withNewCredentials(id: string, stored: ResourceProps, inputs: FedJoinInputs): FedJoinInputs;
  /** Refuses a delete whose replacement is not proven to lead anywhere. @throws NeuVectorError: nothing was changed. */
  verify(id: string, stored: ResourceProps): Promise<void>;
  /** Notes that the membership ended. */
  recordLeave(id: string, stored: ResourceProps): void;
  /** The error of a create that comes after such an end: it begins with where the site is now. */
  addLeaveContext(news: ResourceProps, error: unknown): unknown;
}

export function createReplacements(parts: LifecycleDeps): Replacements {
  const wanted = new Map<string, ResourceProps>();
  const ended = new Map<string, string>();
  return {
    record(id, stored, news) {
      if (news === undefined) wanted.delete(keyOf(id, stored));
      else wanted.set(keyOf(id, stored), news);
    },
    withNewCredentials(id, stored, inputs) {
      const parsed = parseFedJoinInputs(wanted.get(keyOf(id, stored)) ?? {});
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
    async verify(id, stored) {
      const news = wanted.get(keyOf(id, stored));
      if (news === undefined) return;
      const parsed = parseFedJoinInputs(news);
      if ("problems" in parsed) return;
      const { inputs } = parsed;
      const { inputs: old, outputs } = fromStored(stored);
      const destination = { name: inputs.name ?? id, nameIsFixed: inputs.name !== undefined, inputs, old, outputs };
      await withSessions(inputs, parts, (there) => verifyMove(destination, there, parts));
    },
    recordLeave(id, stored) {
      const news = wanted.get(keyOf(id, stored));
      if (news !== undefined) ended.set(storeIdOf(news), id);
      wanted.delete(keyOf(id, stored));
    },
    addLeaveContext(news, error) {
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

function keyOf(id: string, stored: ResourceProps): string {
  return `${id} ${String(stored["clusterId"])}`;
}

function storeIdOf(news: ResourceProps): string {
  return String(news["storeId"]);
}
