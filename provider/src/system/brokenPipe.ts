/**
 * Lets whoever reads these streams go away early, as `head` does: what is written after that is lost without a word, the
 * program goes on, and its exit code still tells how it went.
 */
export function ignoreBrokenPipe(...streams: readonly NodeJS.WritableStream[]): void {
  for (const stream of streams) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
