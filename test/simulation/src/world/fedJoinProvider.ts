import { createKeyedMutex } from "@fedjoin/provider/internal/neuvector";
import { createSessionPool } from "../../../../provider/src/neuvector/session/sessionPool";
import { createFedJoinLifecycle } from "../../../../provider/src/resources/fedJoin/lifecycle";
import type { LifecycleDeps } from "../../../../provider/src/resources/shared/lifecycle";
import { dynamicProvider } from "../engine/dynamicProvider";
import { PartialFailure, type Props, type Provider } from "../engine/provider";
import type { ProviderCall } from "../trace/events";
import type { Recorder } from "../trace/recorder";
import type { Process } from "./process";
import { fedJoinType } from "./program";

/** What a lifecycle needs from a process; its secrets are variables of the environment. */
export function lifecycleDeps({ ports, signal }: Process, env: (name: string) => string | undefined): LifecycleDeps {
  const missing = (): Promise<never> => Promise.reject(new Error("only the environment has secrets here"));
  return {
    ports,
    signal,
    sessions: createSessionPool(ports),
    masterLocks: createKeyedMutex(),
    secrets: { env, file: missing, command: missing },
  };
}

interface Answer {
  readonly id?: string | undefined;
  readonly outputs?: Props | undefined;
}

/** The provider's process of one command of the CLI: the product's own lifecycle. Records each call and its result. */
export function createFedJoinProvider(deps: LifecycleDeps, process: Process, { record }: Recorder): Provider {
  const { name, whileProviderLives } = process;
  const inner = dynamicProvider({ [fedJoinType]: createFedJoinLifecycle(deps) });

  const observe = async <T>(
    call: ProviderCall,
    work: () => Promise<T>,
    read: (done: T) => Answer = () => ({}),
  ): Promise<T> => {
    record({ type: "call", process: name, call });
    try {
      const done = await whileProviderLives(work);
      const { id, outputs } = read(done);
      record({ type: "result", process: name, call, result: { is: "done", id, outputs } });
      return done;
    } catch (error) {
      const isPartial = error instanceof PartialFailure;
      const text = error instanceof Error ? error.message : String(error);
      record({ type: "result", process: name, call, result: { is: "failed", error: text, isPartial } });
      throw error;
    }
  };
  const callOf = (
    operation: ProviderCall["operation"],
    urn: string,
    about: { readonly id?: string; readonly olds?: Props | undefined; readonly news?: Props },
  ): ProviderCall => ({ operation, urn, id: about.id, olds: about.olds, news: about.news });

  return {
    check: (call) => observe(callOf("check", call.urn, call), () => inner.check(call)),
    diff: (call) => observe(callOf("diff", call.urn, { ...call, olds: call.oldOutputs }), () => inner.diff(call)),
    create: (call) =>
      observe(
        callOf("create", call.urn, { news: call.inputs }),
        () => inner.create(call),
        (made) => made,
      ),
    read: (call) =>
      observe(
        callOf("read", call.urn, { id: call.id, olds: call.outputs }),
        () => inner.read(call),
        (found) => found,
      ),
    update: (call) =>
      observe(
        callOf("update", call.urn, { ...call, olds: call.oldOutputs }),
        () => inner.update(call),
        ({ outputs }) => ({
          id: call.id,
          outputs,
        }),
      ),
    delete: (call) =>
      observe(callOf("delete", call.urn, { id: call.id, olds: call.outputs }), () => inner.delete(call)),
  };
}
