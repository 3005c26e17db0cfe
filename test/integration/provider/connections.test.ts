import { createSession, getHosts } from "@fedjoin/provider/neuvector";
import { createSystemPorts } from "@fedjoin/provider/system";
import { Secret } from "@fedjoin/provider/values";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { freePort } from "@fedjoin/simulator";
import { richBodies, scraper, startWith } from "../../support/richData";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A session of so many connections with a controller, through a server that counts them. */
async function start(maxConnections: number) {
  const site = await startWith(richBodies());
  closers.push(() => site.close());
  let connections = 0;
  const clients = new Set<Socket>();
  const service = createServer((client) => {
    connections++;
    clients.add(client);
    const upstream = connect(site.rest.port, site.rest.server);
    client.on("error", () => upstream.destroy()).on("close", () => upstream.destroy());
    upstream.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => service.listen(port, "127.0.0.1", resolve));
  closers.push(async () => {
    for (const client of clients) client.destroy();
    await new Promise((resolve) => service.close(resolve));
  });
  const ports = createSystemPorts(() => undefined, { maxConnections });
  const target = { protocol: "https", server: "127.0.0.1", port, tls: { fingerprint: site.fingerprint256 } } as const;
  const { username, password } = scraper;
  const session = createSession(ports, target, { kind: "user", username, password: new Secret(password) });
  closers.push(() => session.close());
  return { site, session, connections: () => connections };
}

test.each([1, 3])("bursts of calls share %i connections, which stay open", async (maxConnections) => {
  const { session, connections } = await start(maxConnections);
  for (let burst = 0; burst < 3; burst++) {
    await Promise.all(Array.from({ length: 20 }, () => getHosts(session)));
  }
  expect(connections()).toBe(maxConnections);
});

test("a call that is given up while it waits for a connection takes none away from the others", async () => {
  const { site, session, connections } = await start(1);
  await getHosts(session);
  site.faults.add({ match: { method: "GET", path: "/v1/host" }, what: "delay", ms: 500 });
  const slow = getHosts(session);
  const tooLate = getHosts(session, { timeoutMs: 50 });
  await expect(tooLate).rejects.toMatchObject({ kind: "timeout" });
  const given = new AbortController();
  const stopped = getHosts(session, { signal: given.signal });
  given.abort();
  await expect(stopped).rejects.toMatchObject({ kind: "cancelled" });
  expect(await slow).not.toEqual([]);
  expect(await getHosts(session)).not.toEqual([]);
  expect(connections()).toBe(1);
});
