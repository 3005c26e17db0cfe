import type { Message, ProviderCall, WorldEvent } from "../trace/events";

/** Which calls of the engine run in which process. A message may arrive when its process is gone: its sending counts. */
export interface RunningCalls {
  see(event: WorldEvent): void;
  of(message: Message): readonly ProviderCall[];
  /** The hosts of the sites that the sender works on. */
  sitesOf(message: Message): readonly string[];
}

export function createRunningCalls(): RunningCalls {
  const calls = new Map<string, ProviderCall[]>();
  const withoutCalls = new Map<string, readonly string[]>();
  const sent = new WeakMap<Message, readonly ProviderCall[]>();
  const running = (process: string): readonly ProviderCall[] => calls.get(process) ?? [];
  const of = (message: Message): readonly ProviderCall[] => sent.get(message) ?? running(message.from);
  return {
    of,
    sitesOf(message) {
      return withoutCalls.get(message.from) ?? of(message).flatMap(sitesOfCall);
    },
    see(event) {
      if (event.type === "start") {
        const own = event.prunes ?? (event.site === undefined ? undefined : [event.site]);
        if (own !== undefined) withoutCalls.set(event.process, own);
      }
      if (event.type === "request") sent.set(event.message, running(event.message.from));
      if (event.type === "call") calls.set(event.process, [...running(event.process), event.call]);
      if (event.type === "result")
        calls.set(
          event.process,
          running(event.process).filter((call) => call !== event.call),
        );
      // What a process sent before it crashed may still arrive.
      if (event.type === "end" && event.how !== "crashed") calls.delete(event.process);
    },
  };
}

/** The hosts of the site that a call is about: its controller and its joint address, before and now. */
export function sitesOfCall({ olds, news }: ProviderCall): string[] {
  return [olds, news].flatMap(sitesOf);
}

/** The hosts of the site in the properties of a FedJoin. */
export function sitesOf(props: Readonly<Record<string, unknown>> | undefined): string[] {
  return [serverAt(props, "controller"), serverAt(props, "jointRest")].filter(isText);
}

export function serverAt(props: Readonly<Record<string, unknown>> | undefined, key: string): string | undefined {
  const address = props?.[key];
  if (typeof address !== "object" || address === null || !("server" in address)) return undefined;
  return typeof address.server === "string" ? address.server : undefined;
}

/** The host of the master in the properties of a FedJoin. */
export function masterAt(props: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const master = props?.["master"];
  return typeof master === "object" && master !== null ? serverAt({ ...master }, "rest") : undefined;
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
