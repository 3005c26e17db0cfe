import type { ResourceLifecycle } from "./shared/resourceLifecycle";

/**
 * The lifecycle of a FedJoin in Pulumi's dynamic provider process. The provider text in every state requires it from
 * `@fedjoin/provider`. Its code is loaded on first use, so that a program that only declares resources starts fast.
 *
 * @internal
 */
export const lifecycle: ResourceLifecycle = loadOnUse(async () => (await import("./dynamic.js")).lifecycle);

/**
 * The lifecycle of a NeuVectorUser.
 *
 * @internal
 */
export const userLifecycle: ResourceLifecycle = loadOnUse(async () => (await import("./dynamic.js")).userLifecycle);

function loadOnUse(load: () => Promise<ResourceLifecycle>): ResourceLifecycle {
  return {
    check: async (olds, news) => (await load()).check(olds, news),
    diff: async (id, stored, news) => (await load()).diff(id, stored, news),
    create: async (news) => (await load()).create(news),
    read: async (id, stored) => (await load()).read(id, stored),
    update: async (id, stored, news) => (await load()).update(id, stored, news),
    delete: async (id, stored) => (await load()).delete(id, stored),
  };
}
