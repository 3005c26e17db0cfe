import {
  NeuVectorError,
  type LogLevel,
  type Ports,
  type TransportResponse,
} from "@fedjoin/provider/internal/neuvector";
import type { VirtualClock, VirtualReply, VirtualRequest, RestInfo, SeededRandom } from "@fedjoin/simulator";
import type { Carrier, TransportRequest } from "./carrier";
import type { FaultSchedule } from "../faults/schedule";
import type { ProcessEnd } from "../trace/events";
import type { Recorder } from "../trace/recorder";
import type { Reply, Sender, Wire } from "./wire";

/** A process of ours. After a crash none of its promises continues, and nothing that it does has an effect. */
export interface Process extends Sender {
  readonly name: string;
  readonly ports: Ports;
  /** Aborts when the process is asked to stop. */
  readonly signal: AbortSignal;
  readonly isAlive: () => boolean;
  /** Rejects what the engine waits for once the provider is gone. */
  readonly whileProviderLives: <T>(work: () => Promise<T>) => Promise<T>;
  /** Moves the clock of the process's host. */
  readonly moveClock: (byMs: number) => void;
  /** Runs `main` to its end; "crashed" if the process does not live so long. */
  readonly run: (main: () => Promise<ProcessResult>) => Promise<ProcessEnd>;
}

export interface ProcessResult {
  readonly how: ProcessEnd;
  readonly problems: readonly string[];
}

export interface ProcessDeps {
  readonly clock: VirtualClock;
  readonly recorder: Recorder;
  readonly schedule: FaultSchedule;
  readonly wire: Wire;
  readonly carrier: Carrier;
  readonly send: (address: RestInfo, request: VirtualRequest) => Promise<VirtualReply>;
}

/** What starts a process. */
export interface ProcessStart {
  readonly name: string;
  readonly command: string;
  /** Set for the exporter of a site. */
  readonly site?: string;
  /** Set for a command that removes stale entries of these sites. */
  readonly prunes?: readonly string[];
}

export function createProcess(start: ProcessStart, random: SeededRandom, deps: ProcessDeps): Process {
  const { name } = start;
  const { clock, recorder, schedule, wire, carrier, send } = deps;
  const stopping = new AbortController();
  let isAlive = true;
  let hasProvider = true;
  let offsetMs = 0;
  let onCrash: () => void = () => undefined;
  let onProviderGone: (error: Error) => void = () => undefined;
  const providerGone = new Promise<never>((_, reject) => {
    onProviderGone = reject;
  });
  providerGone.catch(() => undefined);
  /** Whether the process, or the provider of it that sends and logs, goes on. */
  const isRunning = (): boolean => isAlive && hasProvider;

  /** Passes a result on as long as the process and its provider live. */
  const whileAlive = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      work.then(
        (value) => {
          if (isRunning()) resolve(value);
        },
        (error: unknown) => {
          if (isRunning()) reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });

  const exchange = async (request: TransportRequest): Promise<TransportResponse> => {
    const { target, method, headers, signal, timeoutMs } = request;
    const body = (request.body ?? "").toString();
    if (signal?.aborted === true) throw new NeuVectorError("cancelled", "stopped before a request");
    const [path = ""] = request.path.split("?", 1);
    const token = headers["X-Auth-Token"];
    const message = {
      step: schedule.nextStep(),
      from: name,
      isOurs: true,
      to: target.server,
      port: target.port,
      method,
      path,
      token,
      body,
    };
    const carried = carrier.send(request);
    const deliver = async (): Promise<VirtualReply> => send(target, await carried.arrived);
    const reply = await limit(wire.transfer(message, deliver, self), timeoutMs, signal, (how) => {
      carried.abandon();
      wire.abandon(message, how);
    });
    return carried.reply(reply);
  };

  const limit = (
    sending: Promise<Reply>,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    onGivenUp: (how: "timeout" | "cancelled") => void,
  ): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        timer.cancel();
        signal?.removeEventListener("abort", stop);
      };
      const giveUp = (kind: "timeout" | "cancelled"): void => {
        end();
        if (isRunning()) onGivenUp(kind);
        reject(new NeuVectorError(kind, kind === "timeout" ? "no answer in time" : "stopped during a request"));
      };
      const timer = clock.after(timeoutMs, () => {
        giveUp("timeout");
      });
      const stop = (): void => {
        giveUp("cancelled");
      };
      signal?.addEventListener("abort", stop, { once: true });
      sending.then(
        (reply) => {
          end();
          resolve(reply);
        },
        (error: unknown) => {
          end();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });

  const self: Process = {
    name,
    signal: stopping.signal,
    isAlive: () => isAlive,
    moveClock(byMs) {
      offsetMs += byMs;
    },
    crash() {
      if (!isAlive) return;
      isAlive = false;
      onCrash();
    },
    crashProvider() {
      if (!isRunning()) return;
      hasProvider = false;
      recorder.record({ type: "provider_end", process: name });
      onProviderGone(new Error("error reading from server: EOF"));
    },
    whileProviderLives: (work) => Promise.race([providerGone, hasProvider ? work() : providerGone]),
    interrupt() {
      stopping.abort();
    },
    ports: {
      clock: {
        now: () => clock.now() + offsetMs,
        sleep: (ms, signal) => whileAlive(sleep(clock, ms, signal)),
      },
      random: { below: (bound) => random.below(bound) },
      log(level: LogLevel, text) {
        if (isRunning()) recorder.record({ type: "log", process: name, level, text });
      },
      transport: { send: (request) => (isRunning() ? whileAlive(exchange(request)) : new Promise(() => undefined)) },
    },
    run(main) {
      const { name: process, ...about } = start;
      recorder.record({ type: "start", process, ...about });
      const crashed = new Promise<ProcessResult>((resolve) => {
        onCrash = () => {
          resolve({ how: "crashed", problems: [] });
        };
      });
      const failed = (error: unknown): ProcessResult => ({
        how: "failed",
        problems: [error instanceof Error ? error.message : String(error)],
      });
      return Promise.race([main().catch(failed), crashed]).then(({ how, problems }) => {
        isAlive = false;
        recorder.record({ type: "end", process: name, how, problems });
        return how;
      });
    },
  };
  return self;
}

function sleep(clock: VirtualClock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      timer.cancel();
      reject(new NeuVectorError("cancelled", "stopped while waiting"));
    };
    const timer = clock.after(Math.max(0, ms), () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
