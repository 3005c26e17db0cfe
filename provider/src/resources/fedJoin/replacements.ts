import { parseFedJoinInputs, type FedJoinInputs } from "./inputs";
import { fromStored } from "./state";
import { verifyMove } from "./verifyMove";
import { withSessions } from "./withSessions";
import type { LifecycleDeps } from "../shared/lifecycle";
import type { ResourceProps } from "../shared/props";
import { sameAddress, type Address } from "../../values/address";

/**
 * The replacements of this process. A delete gets only the old properties, so the diff before it records what replaces
 * them, and the create after it learns which membership ended.
 */
export interface Replacements {
  /** Records the inputs that replace the membership; `undefined` if nothing does. */
  record(id: string, stored: ResourceProps, news: ResourceProps | undefined): void;
  /** Returns the inputs with the credentials of the replacement if it uses the same addresses: they may be newer. */
  withNewCredentials(id: string, stored: ResourceProps, inputs: FedJoinInputs): FedJoinInputs;
  /** Verifies the destination of the replacement before the delete. @throws NeuVectorError: nothing was changed. */
  verify(id: string, stored: ResourceProps): Promise<void>;
  /** Records that the membership ended. */
  recordLeave(id: string, stored: ResourceProps): void;
  /** Returns the error of a create after such an end, beginning with where the site is now. */
  addLeaveContext(news: ResourceProps, error: unknown): unknown;
}

export function createReplacements(deps: LifecycleDeps): Replacements {
  const replacements = new Map<string, ResourceProps>();
  /** Names of ended memberships, by the store id of what replaces them. */
  const ended = new Map<string, string>();
  const replacementOf = (id: string, stored: ResourceProps): FedJoinInputs | undefined => {
    const news = replacements.get(keyOf(id, stored));
    const parsed = news === undefined ? undefined : parseFedJoinInputs(news);
    return parsed !== undefined && "inputs" in parsed ? parsed.inputs : undefined;
  };
  return {
    record(id, stored, news) {
      if (news === undefined) replacements.delete(keyOf(id, stored));
      else replacements.set(keyOf(id, stored), news);
    },
    withNewCredentials(id, stored, inputs) {
      const replacement = replacementOf(id, stored);
      if (replacement === undefined) return inputs;
      const { controller, master } = replacement;
      const isSameController = isSame(inputs.controller, controller);
      const isSameMaster = isSame(inputs.master.rest, master.rest) && master.credentials !== undefined;
      return {
        ...inputs,
        controller: isSameController && controller !== undefined ? controller : inputs.controller,
        master: { ...inputs.master, ...(isSameMaster && { credentials: master.credentials, tls: master.tls }) },
      };
    },
    async verify(id, stored) {
      const inputs = replacementOf(id, stored);
      if (inputs === undefined) return;
      const { inputs: old, outputs } = fromStored(stored);
      const destination = { name: inputs.name ?? id, nameIsFixed: inputs.name !== undefined, inputs, old, outputs };
      await withSessions(inputs, deps, (there) => verifyMove(destination, there, deps));
    },
    recordLeave(id, stored) {
      const news = replacements.get(keyOf(id, stored));
      if (news !== undefined) ended.set(storeIdOf(news), id);
      replacements.delete(keyOf(id, stored));
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
