import { NeuVectorError, systemRandom, type Ports } from "@fedjoin/provider";
import type { MemoryController, MemoryWorld } from "../simulator/memoryWorld";

/** Ports onto controllers in memory: the world's clock, and calls that arrive at once at the controller of that address. */
export function memoryPorts(world: MemoryWorld, controllers: readonly MemoryController[]): Ports {
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
      async send({ target, method, path, headers, body = "", sink }) {
        const controller = controllers.find(({ rest }) => rest.server === target.server && rest.port === target.port);
        if (controller === undefined) throw new NeuVectorError("network", `${method}: ECONNREFUSED`);
        const received = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]] as const);
        const outcome = await controller.handle({
          listener: "rest",
          method,
          path,
          headers: Object.fromEntries(received),
          body,
          remote: "memory",
        });
        if (outcome === "drop") throw new NeuVectorError("network", `${method}: ECONNRESET`);
        const { status, headers: answered, body: text } = outcome;
        if (sink === undefined || status >= 300) return { status, headers: answered, body: text };
        sink(new TextEncoder().encode(text));
        return { status, headers: answered, body: "" };
      },
    },
  };
}
