/** A resource that is protected: the run fails, but goes on to tell of the others. */
export class ProtectedError extends Error {}

export interface ExecutorOptions {
  readonly parallel: number;
  /** Failures neither stop the run nor count as failed steps, as in a refresh. */
  readonly ignoreErrors: boolean;
  readonly continueOnError: boolean;
}

/** Runs chains of steps in parallel, each chain in its order. */
export class Executor<Step> {
  readonly failed: Step[] = [];
  readonly errors: unknown[] = [];
  readonly whenCancelled: Promise<void>;
  readonly #cancel = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(
    private readonly options: ExecutorOptions,
    private readonly apply: (step: Step) => Promise<void>,
    private readonly onFail: (step: Step) => void,
    cancel?: AbortSignal,
  ) {
    this.whenCancelled = new Promise((resolve) => {
      this.cancelled.addEventListener("abort", () => {
        resolve();
      });
    });
    cancel?.addEventListener("abort", () => {
      this.cancel();
    });
    if (cancel?.aborted === true) this.cancel();
  }

  get cancelled(): AbortSignal {
    return this.#cancel.signal;
  }

  cancel(): void {
    this.#cancel.abort();
  }

  /** Resolves once a worker has taken the chain, to what tells when it is done. */
  async submit(chain: readonly Step[]): Promise<{ done: Promise<void> }> {
    while (this.#running.size >= this.options.parallel && !this.cancelled.aborted) {
      await Promise.race([...this.#running, this.whenCancelled]);
    }
    if (this.cancelled.aborted) return { done: Promise.resolve() };
    const done = this.#run(chain);
    this.#running.add(done);
    void done.finally(() => this.#running.delete(done));
    return { done };
  }

  /** Runs all steps at the same time, as far as there are workers. */
  async submitAll(steps: readonly Step[]): Promise<void> {
    const all: Promise<void>[] = [];
    for (const step of steps) all.push((await this.submit([step])).done);
    await Promise.race([Promise.all(all), this.whenCancelled]);
  }

  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #run(chain: readonly Step[]): Promise<void> {
    for (const step of chain) {
      if (this.cancelled.aborted) return;
      try {
        await this.apply(step);
      } catch (error) {
        this.#fail(step, error);
        return;
      }
    }
  }

  #fail(step: Step, error: unknown): void {
    this.errors.push(error);
    if (this.options.ignoreErrors) return;
    if (!this.options.continueOnError && !(error instanceof ProtectedError)) {
      this.cancel();
      return;
    }
    this.failed.push(step);
    this.onFail(step);
  }
}
