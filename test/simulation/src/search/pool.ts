import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { runJob, type Job, type JobResult } from "./jobs";

/** Runs jobs in worker threads that run this same file. `onResult` may stop the search by returning false. */
export async function runJobs(
  jobs: readonly Job[],
  { workers, file }: { readonly workers: number; readonly file: string },
  onResult: (result: JobResult) => boolean,
): Promise<void> {
  const queue = [...jobs];
  // Without workers, as a profiler wants it.
  for (let job = queue[0]; workers === 0 && job !== undefined; job = queue[0]) {
    queue.shift();
    if (!onResult(await runJob(job))) return;
  }
  const runWorker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      // Most of what a run makes is garbage at its end: a large young generation saves copying it.
      const worker = new Worker(file, { resourceLimits: { maxYoungGenerationSizeMb: 192 } });
      const next = (): void => {
        const job = queue.shift();
        if (job === undefined)
          void worker.terminate().then(() => {
            resolve();
          });
        else worker.postMessage(job);
      };
      worker.on("error", reject);
      worker.on("message", (result: JobResult) => {
        if (!onResult(result)) queue.length = 0;
        next();
      });
      next();
    });
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, runWorker));
}

/** Serves a worker's side. */
export function serveJobs(): void {
  if (isMainThread) throw new Error("only a worker thread serves jobs");
  parentPort?.on("message", (job: Job) => {
    void runJob(job).then((result) => parentPort?.postMessage(result));
  });
}
