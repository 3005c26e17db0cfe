import { createSession } from "@fedjoin/provider/internal/neuvector";
import { createSystemPorts } from "@fedjoin/provider/internal/system";
import type { ServerResponse } from "node:http";
import { describe, expect } from "vitest";
import { test as base } from "../../support/fixtures";
import { createServerCertificates } from "../../support/serverCertificates";
import { startWebServer } from "../../support/webServer";

const call = { method: "GET", path: "/v1/conversation" } as const;

/** A session of so many connections, and the server that it asks. */
const test = base.extend("start", ({ closing }) => async (maxConnections: number) => {
  const { good, ca } = await createServerCertificates();
  const waiting: ServerResponse[] = [];
  const sockets = new Set<unknown>();
  const answering = { by: (response: ServerResponse): unknown => response.end("{}") };
  const server = await startWebServer({ cert: good.certificate, key: good.key }, ({ socket }, response) => {
    sockets.add(socket);
    answering.by(response);
  });
  const ports = createSystemPorts(() => undefined, { maxConnections });
  const { port } = closing(server);
  const session = createSession(ports, { protocol: "https", server: "127.0.0.1", port, tls: { ca } }, { kind: "none" });
  return { session, sockets, waiting, answering };
});

describe("the connections of a session", () => {
  test.for([1, 3])("are %i, all of them used, and stay open between bursts of calls", async (most, { start }) => {
    const { session, sockets, waiting, answering } = await start(most);
    answering.by = (response) => {
      waiting.push(response);
      if (waiting.length === most) for (const held of waiting.splice(0)) held.end("{}");
    };
    for (let burst = 0; burst < 3; burst++) {
      await Promise.all(Array.from({ length: 4 * most }, () => session.call(call)));
    }
    expect(sockets.size).toBe(most);
  });

  test("are not taken away by a call that is given up while it waits for one", async ({ start }) => {
    const { session, sockets, waiting, answering } = await start(1);
    answering.by = (response) => waiting.push(response);
    const slow = session.call(call);
    await expect(session.call({ ...call, timeoutMs: 50 })).rejects.toMatchObject({ kind: "timeout" });
    const given = new AbortController();
    const stopped = session.call({ ...call, signal: given.signal });
    given.abort();
    await expect(stopped).rejects.toMatchObject({ kind: "cancelled" });
    answering.by = (response) => response.end("{}");
    waiting[0]?.end("{}");
    expect([await slow, await session.call(call)]).toEqual([{}, {}]);
    expect(sockets.size).toBe(1);
  });
});
