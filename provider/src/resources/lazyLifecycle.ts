import type { FedJoinLifecycle } from "./fedJoin/lifecycle";
import type { UserLifecycle } from "./neuVectorUser/lifecycle";

/**
 * The lifecycle of FedJoin in Pulumi's dynamic-provider process. The provider text in every state requires it at
 * `@fedjoin/provider`; the code behind it is loaded on first use, so that a program that only declares resources is not
 * slowed down.
 */
export const lifecycle: FedJoinLifecycle = loadOnUse(async () => (await import("./dynamic.js")).lifecycle);

/** The same for NeuVectorUser. */
export const userLifecycle: UserLifecycle = loadOnUse(async () => (await import("./dynamic.js")).userLifecycle);

function loadOnUse(load: () => Promise<FedJoinLifecycle>): FedJoinLifecycle {
  return {
    check: async (olds, news) => (await load()).check(olds, news),
    diff: async (id, stored, news) => (await load()).diff(id, stored, news),
    create: async (news) => (await load()).create(news),
    read: async (id, stored) => (await load()).read(id, stored),
    update: async (id, stored, news) => (await load()).update(id, stored, news),
    delete: async (id, stored) => (await load()).delete(id, stored),
  };
}
