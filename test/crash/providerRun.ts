import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";
import type { ResourceLifecycle } from "../../provider/src/resources/shared/resourceLifecycle";
import { type DynamicProvider, ProviderError, startDynamicProvider } from "../support/dynamicProvider";

/** Runs `work` with the lifecycle in a new process of the dynamic provider, as one run of the CLI has it. */
export async function withProvider<T>(work: (lifecycle: ResourceLifecycle) => Promise<T>): Promise<T> {
  const provider = await startDynamicProvider(join(repositoryRoot, "stacks"));
  try {
    return await work(lifecycleOf(provider));
  } finally {
    await provider.stop();
  }
}

const providerText = 'exports.handler = () => require("@fedjoin/provider").lifecycle;';

/** The process as the resource's class sees its lifecycle. */
function lifecycleOf(provider: DynamicProvider): ResourceLifecycle {
  const partly = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof ProviderError) || error.partial === undefined) throw error;
      throw Object.assign(new Error(error.partial.reasons.join("\n")), error.partial);
    }
  };
  return {
    check: async (_olds, inputs) => ({ inputs, failures: await provider.check(inputs) }),
    diff: async (id, stored, news) => ({
      ...(await provider.diff(id, stored, { ...news, __provider: providerText })),
      deleteBeforeReplace: true,
    }),
    create: (news) => partly(provider.create({ ...news, __provider: providerText })),
    read: (id, stored) => partly(provider.read(id, stored)),
    update: async (id, stored, news) => ({
      outs: await partly(provider.update(id, stored, { ...news, __provider: providerText })),
    }),
    delete: (id, stored) => partly(provider.delete(id, stored)),
  };
}
