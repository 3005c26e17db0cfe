import { startProcess, type LocalProcess } from "./localProcess";
import type { Container } from "./pod";
import { ContainerConfigError } from "./podSources";
import type { ContainerState } from "./podStatus";
import { watchReadiness } from "./readiness";
import { isAborted, pause } from "./waitFor";

/** What an image runs on this machine, in place of its entry point. The container's `args` are appended. */
export interface ImageCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The variable that tells the program its port: each container gets one of its own. */
  readonly portVariable: string;
}

export interface ContainerRun {
  readonly container: Container;
  readonly image: ImageCommand;
  readonly port: number;
  readonly logFile: string;
  /** Asked before each start, as the ConfigMaps and Secrets may have appeared meanwhile. @throws {ContainerConfigError} */
  readonly resolveEnv: () => Promise<Readonly<Record<string, string>>>;
  readonly changed: (state: ContainerState) => void;
  /** Ends the container for good. */
  readonly signal: AbortSignal;
  /** Read when the signal aborts. */
  readonly graceMs: () => number;
}

const firstBackoffMs = 500;
const longestBackoffMs = 10_000;

/**
 * Runs a container until the signal aborts: starts it, probes it, and starts it again, ever later, when it ends.
 * @throws Error if the command cannot be started at all.
 */
export async function runContainer(run: ContainerRun): Promise<void> {
  let restarts = 0;
  const tell = (now: ContainerState["now"], ready = false) => {
    run.changed({ ready, restarts, now });
  };
  for (let attempt = 0; !run.signal.aborted; attempt += 1) {
    try {
      const started = await start(run, await run.resolveEnv());
      const code = await superviseUntilEnd(run, started, tell);
      if (isAborted(run.signal)) return;
      restarts += 1;
      tell({ kind: "waiting", reason: "CrashLoopBackOff", message: `exit code ${code}, see ${run.logFile}` });
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      tell({ kind: "waiting", reason: "CreateContainerConfigError", message: error.message });
    }
    await pause(Math.min(firstBackoffMs * 2 ** attempt, longestBackoffMs), run.signal);
  }
}

function start(
  { container, image, port, logFile }: ContainerRun,
  env: Readonly<Record<string, string>>,
): Promise<LocalProcess> {
  return startProcess({
    command: image.command,
    args: [...image.args, ...container.args],
    env: { PATH: process.env["PATH"] ?? "", ...env, [image.portVariable]: String(port) },
    logFile,
  });
}

/** Returns the exit code, be it that the process ended or that the signal ended it. */
async function superviseUntilEnd(
  run: ContainerRun,
  started: LocalProcess,
  tell: (now: ContainerState["now"], ready?: boolean) => void,
): Promise<number> {
  const running = { kind: "running", since: new Date().toISOString() } as const;
  const over = new AbortController();
  tell(running);
  const told = (ready: boolean) => {
    tell(running, ready);
  };
  const probing = watchReadiness(
    run.container.readinessProbe,
    run.port,
    told,
    AbortSignal.any([over.signal, run.signal]),
  );
  const stop = () => void started.stop(run.graceMs());
  run.signal.addEventListener("abort", stop, { once: true });
  if (run.signal.aborted) stop();
  const { code } = await started.exited;
  run.signal.removeEventListener("abort", stop);
  over.abort();
  await probing;
  return code;
}
