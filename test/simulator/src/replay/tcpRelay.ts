import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { once } from "node:events";
import type { RestInfo } from "../core/state";

/** "open" passes connections on, "cut" breaks them at once, "held" keeps them waiting until the path opens. */
export type RelayMode = "open" | "cut" | "held";

/** A network path to a controller that a test can disturb. */
export interface TcpRelay {
  readonly port: number;
  setMode(mode: RelayMode): void;
  close(): Promise<void>;
}

export async function startTcpRelay(target: RestInfo, initial: RelayMode = "open"): Promise<TcpRelay> {
  let mode = initial;
  const held = new Set<Socket>();
  const sockets = new Set<Socket>();

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket) && held.delete(socket));
    // A broken connection is what the relay is for: the ends notice it themselves.
    socket.on("error", () => socket.destroy());
  };
  const passOn = (near: Socket) => {
    const far = connect(target.port, target.server);
    keep(far);
    near.pipe(far).pipe(near);
    near.once("close", () => far.destroy());
    far.once("close", () => near.destroy());
  };
  const server = createServer((near) => {
    keep(near);
    if (mode === "cut") near.destroy();
    else if (mode === "held") held.add(near);
    else passOn(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();

  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    setMode(next) {
      mode = next;
      if (mode !== "open") return;
      for (const near of held) passOn(near);
      held.clear();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
