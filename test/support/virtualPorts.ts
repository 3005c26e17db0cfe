import type { VirtualClock, VirtualNetwork } from "@fedjoin/simulator";
import { systemRandom } from "../../provider/src/system/systemPorts";
import { NeuVectorError, type Clock, type Ports } from "@fedjoin/provider/internal/neuvector";

/** The provider's clock on virtual time. */
export function virtualClock(clock: VirtualClock): Clock {
  return {
    now: () => clock.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = clock.after(ms, resolve);
        const stop = (): void => {
          timer.cancel();
          reject(new NeuVectorError("cancelled", "stopped while waiting"));
        };
        if (signal?.aborted === true) stop();
        else signal?.addEventListener("abort", stop, { once: true });
      }),
  };
}

/** Ports onto the servers of a virtual network. */
export function virtualPorts({ clock, send }: VirtualNetwork): Ports {
  return {
    random: systemRandom,
    log: () => undefined,
    clock: virtualClock(clock),
    transport: {
      async send({ target, method, path, headers, body = "", sink, timeoutMs, signal }) {
        const received = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]] as const);
        const sending = send(target, { method, path, headers: Object.fromEntries(received), body: body.toString() });
        const reply = await withLimits(clock, sending, `${method} ${path}`, timeoutMs, signal);
        if (reply === "refused") throw new NeuVectorError("network", `${method} ${path}: ECONNREFUSED`);
        if (typeof reply === "string") throw new NeuVectorError("network", `${method} ${path}: ECONNRESET`);
        const { status, headers: answered, body: text } = reply;
        if (sink === undefined || status >= 300) return { status, headers: answered, body: text };
        sink(new TextEncoder().encode(text));
        return { status, headers: answered, body: "" };
      },
    },
  };
}

/** The response, unless the caller gives up before it arrives; the server goes on all the same. */
function withLimits<T>(
  clock: VirtualClock,
  response: Promise<T>,
  what: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(timeoutMs, () => {
      reject(new NeuVectorError("timeout", `${what}: no answer within ${timeoutMs / 1000} s`));
    });
    const stop = (): void => {
      reject(new NeuVectorError("cancelled", `${what}: stopped`));
    };
    if (signal?.aborted === true) stop();
    signal?.addEventListener("abort", stop, { once: true });
    response.then(resolve, reject).finally(() => {
      timer.cancel();
      signal?.removeEventListener("abort", stop);
    });
  });
}
