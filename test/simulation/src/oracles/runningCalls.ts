import type { ProviderCall, WorldEvent } from "../trace/events";

/** Which calls of the engine run in which process. */
export interface RunningCalls {
  see(event: WorldEvent): void;
  of(process: string): readonly ProviderCall[];
  /** The hosts of the sites that a process works on. */
  sitesOf(process: string): readonly string[];
}

export function createRunningCalls(): RunningCalls {
  const calls = new Map<string, ProviderCall[]>();
  const withoutCalls = new Map<string, readonly string[]>();
  const of = (process: string): readonly ProviderCall[] => calls.get(process) ?? [];
  return {
    of,
    sitesOf(process) {
      return withoutCalls.get(process) ?? of(process).flatMap(sitesOfCall);
    },
    see(event) {
      if (event.type === "start") {
        const own = event.prunes ?? (event.site === undefined ? undefined : [event.site]);
        if (own !== undefined) withoutCalls.set(event.process, own);
      }
      if (event.type === "call") calls.set(event.process, [...of(event.process), event.call]);
      if (event.type === "result")
        calls.set(
          event.process,
          of(event.process).filter((call) => call !== event.call),
        );
      if (event.type === "end") calls.delete(event.process);
    },
  };
}

/** The hosts of the site that a call is about: its controller and its joint address, before and now. */
export function sitesOfCall({ olds, news }: ProviderCall): string[] {
  return [olds, news].flatMap((props) => [serverAt(props, "controller"), serverAt(props, "jointRest")]).filter(isText);
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
