import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";

/** A process of the bench that answers one question at a time. */
export interface BenchProcess {
  readonly pid: number;
  request<T>(question: unknown, answer: z.ZodType<T>): Promise<T>;
  stop(): void;
}

const failure = z.object({ failed: z.string() });

/** Starts `module` of this folder. Its own questions to itself are of no interest; what it prints is the bench's. */
export function startProcess(module: string, args: readonly string[] = []): BenchProcess {
  const child = fork(join(__dirname, `${module}.js`), args, { serialization: "advanced" });
  return {
    pid: child.pid ?? 0,
    async request(question, answer) {
      const reply = nextMessage(child, module);
      child.send(question as object);
      const given = await reply;
      const failed = failure.safeParse(given);
      if (failed.success) throw new Error(`${module}: ${failed.data.failed}`);
      return answer.parse(given);
    },
    stop: () => {
      child.kill();
    },
  };
}

function nextMessage(child: ChildProcess, module: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => {
      reject(new Error(`${module} ended with code ${code ?? "none"}`));
    };
    child.once("exit", ended).once("message", (message) => {
      child.removeListener("exit", ended);
      resolve(message);
    });
  });
}

/** The other end: answers every question of the process that started this one. */
export function serveRequests(answer: (question: unknown) => Promise<object>): void {
  process.on("message", (question) => {
    answer(question).then(
      (reply) => process.send?.(reply),
      (error: unknown) =>
        process.send?.({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.once("disconnect", () => {
    process.exit();
  });
}
