import { systemRandom } from "../../provider/src/system/systemPorts";
import { NeuVectorError, type Address, type Ports } from "@fedjoin/provider/neuvector";
import type { VirtualController, VirtualNetwork } from "../simulator/src/virtualNetwork";

/** Ports onto controllers in memory: the world's clock, and calls that arrive at once at the controller of that address. */
export function memoryPorts(world: VirtualNetwork, controllers: readonly VirtualController[]): Ports {
  return {
    random: systemRandom,
    log: () => undefined,
    clock: {
      now: () => world.clock.now(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          const timer = world.clock.after(ms, resolve);
          const stop = (): void => {
            timer.cancel();
            reject(new NeuVectorError("cancelled", "stopped while waiting"));
          };
          if (signal?.aborted === true) stop();
          else signal?.addEventListener("abort", stop, { once: true });
        }),
    },
    transport: {
      async send({ target, method, path, headers, body = "", sink, timeoutMs, signal }) {
        const isAt = ({ server, port }: Address): boolean => server === target.server && port === target.port;
        const controller = controllers.find(({ rest, federationAddress }) => isAt(rest) || isAt(federationAddress));
        if (controller === undefined) throw new NeuVectorError("network", `${method}: ECONNREFUSED`);
        const received = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]] as const);
        const answer = controller.handle({
          listener: isAt(controller.rest) ? "rest" : "federation",
          method,
          path,
          headers: Object.fromEntries(received),
          body,
          remote: "memory",
        });
        const outcome = await withLimits(world, answer, `${method} ${path}`, timeoutMs, signal);
        if (outcome === "drop") throw new NeuVectorError("network", `${method}: ECONNRESET`);
        const { status, headers: answered, body: text } = outcome;
        if (sink === undefined || status >= 300) return { status, headers: answered, body: text };
        sink(new TextEncoder().encode(text));
        return { status, headers: answered, body: "" };
      },
    },
  };
}

/** The answer, unless the caller gives up before it comes; the controller goes on all the same. */
function withLimits<T>(
  { clock }: VirtualNetwork,
  answer: Promise<T>,
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
    signal?.addEventListener("abort", stop, { once: true });
    answer.then(resolve, reject).finally(() => {
      timer.cancel();
      signal?.removeEventListener("abort", stop);
    });
  });
}
