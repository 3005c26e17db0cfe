import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";

/** A process of the bench that answers one question at a time. */
export interface BenchProcess<Question extends object> {
  readonly pid: number;
  readonly request: <Answer>(question: Question) => Promise<Answer>;
  readonly stop: () => void;
}

/** What a process of the bench sends: the answer, or why there is none. */
type Reply<Answer> = { readonly answer: Answer } | { readonly failed: string };

/** Starts the built `module` of this folder, which answers by `serveRequests`. */
export function startProcess<Question extends object>(
  module: string,
  args: readonly string[] = [],
): BenchProcess<Question> {
  const child = fork(join(repositoryRoot, "test/dist/bench", `${module}.js`), args, { serialization: "advanced" });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${module} ended with code ${String(code)}`);
  });
  ended.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    async request<Answer>(question: Question): Promise<Answer> {
      const message = once(child, "message");
      child.send(question);
      const [reply] = (await Promise.race([message, ended])) as [Reply<Answer>];
      if ("failed" in reply) throw new Error(`${module}: ${reply.failed}`);
      return reply.answer;
    },
    stop: () => {
      child.kill();
    },
  };
}

/** The other end: answers every question of the process that started this one. */
export function serveRequests(answer: (question: never) => unknown): void {
  process.on("message", (question) => {
    Promise.resolve()
      .then(() => answer(question as never))
      .then(
        (given): Reply<unknown> => ({ answer: given }),
        (error: unknown): Reply<unknown> => ({ failed: error instanceof Error ? (error.stack ?? "") : String(error) }),
      )
      .then((reply) => process.send?.(reply), console.error);
  });
  process.once("disconnect", () => {
    process.exit();
  });
}
