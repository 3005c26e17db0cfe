import { obtainJoinToken, type TokenContext } from "../../../provider/src/federation/tokenSource";
import { decodeJoinToken, type TokenSource } from "@fedjoin/provider/federation";
import { NeuVectorError, type Ports } from "@fedjoin/provider/neuvector";
import { createSystemPorts } from "@fedjoin/provider/system";
import { Secret } from "@fedjoin/provider/values";
import type { RequestListener } from "node:http";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createServerCertificates, fingerprint256, type ServerCertificates } from "../../support/serverCertificates";
import { startWebServer, type WebServer } from "../../support/webServer";

const joinToken = Buffer.from('{"s":"master.example","p":11443,"t":"canary-ticket"}').toString("base64");

let certificates: ServerCertificates;
let ports: Ports;
let said: string[];
const open: WebServer[] = [];

beforeAll(async () => {
  certificates = await createServerCertificates();
});
beforeEach(() => {
  said = [];
  ports = createSystemPorts((level, message) => said.push(`${level} ${message}`));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(answer: RequestListener): Promise<WebServer> {
  const { certificate: cert, key } = certificates.good;
  const server = await startWebServer({ cert, key }, answer);
  open.push(server);
  return server;
}

/** Answers with a status and a body. */
const reply =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

type UrlSource = TokenSource & { kind: "url" };

function sourceAt(server: WebServer, more: Partial<UrlSource> = {}, user = ""): UrlSource {
  const url = new Secret(`https://${user}127.0.0.1:${server.port}/join/token?key=canary-query`);
  return { kind: "url", url, tls: { ca: certificates.ca }, ...more };
}

const fetchFrom = (source: UrlSource, more: Partial<TokenContext> = {}): Promise<Secret> =>
  obtainJoinToken(source, { ports, master: undefined, ...more });

async function refused(source: UrlSource): Promise<NeuVectorError> {
  const error = await fetchFrom(source).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof NeuVectorError)) throw new Error(`not refused: ${String(error)}`);
  expect(`${error.message} ${error.stack ?? ""} ${JSON.stringify(error)}`).not.toMatch(/canary/);
  return error;
}

describe("R3: a join token URL", () => {
  test.each([
    ["context", { context: joinToken }],
    ["join_token", { join_token: joinToken }],
    ["context beside other fields", { context: joinToken, expires: 5 }],
  ])("gives the token in %s", async (_what, body) => {
    const token = await fetchFrom(sourceAt(await serve(reply(200, JSON.stringify(body)))));
    expect(token.reveal()).toBe(joinToken);
    expect(decodeJoinToken(token)).toEqual({ server: "master.example", port: 11443 });
  });

  test("tells what it asks without credentials and query", async () => {
    const server = await serve(reply(200, JSON.stringify({ context: joinToken })));
    const shown: string[] = [];
    await fetchFrom(sourceAt(server, {}, "user:canary-password@"), { onFetch: (url) => shown.push(url) });
    expect(shown).toEqual([`https://127.0.0.1:${server.port}/join/token`]);
  });

  test.each([
    ["text that is not JSON", "canary <html>"],
    ["no context", '{"token":"canary"}'],
    ["an empty context", '{"context":""}'],
    ["a context that is no text", '{"context":{"canary":1}}'],
    ["nothing", ""],
  ])("answering %s is an unexpected reply", async (_what, body) => {
    expect(await refused(sourceAt(await serve(reply(200, body))))).toMatchObject({ kind: "unexpected_reply" });
  });

  test.each([
    [401, "forbidden"],
    [403, "forbidden"],
    [404, "not_found"],
    [500, "server_error"],
    [503, "server_error"],
  ])("answering %i is %s, with what it must answer", async (status, kind) => {
    const error = await refused(sourceAt(await serve(reply(status, '{"message":"canary"}'))));
    expect(error).toMatchObject({ kind, status });
    expect(error.hint).toContain('{"context": "<join token>"}');
  });

  test("a redirect is not followed, and no credential leaves for the other host", async () => {
    const elsewhere = await serve(reply(200, JSON.stringify({ context: joinToken })));
    const location = `https://u:canary@127.0.0.1:${elsewhere.port}/canary`;
    const server = await serve(reply(302, "", { Location: location }));
    const error = await refused(sourceAt(server, { bearer: new Secret("canary-bearer") }));
    expect(error).toMatchObject({ kind: "redirected", status: 302 });
    expect(error.summary).toContain(`redirects to 127.0.0.1:${elsewhere.port}`);
    expect(elsewhere.requests).toEqual([]);
  });

  test.each([
    ["with a length", { "Content-Length": String(65 * 1024) }],
    ["in chunks", {}],
  ])("an answer over 64 kB is refused (%s)", async (_what, headers) => {
    const error = await refused(
      sourceAt(await serve(reply(200, `"${"canary".repeat(65 * 1024)}"`.slice(0, 65 * 1024), headers))),
    );
    expect(error).toMatchObject({ kind: "unexpected_reply" });
    expect(error.summary).toContain("more than 65536 bytes");
  });

  test("an answer that breaks off is tried again, unlike a wrong one", async () => {
    const server = await serve((request, response) => {
      response.writeHead(200, { "Content-Length": "100" }).write("{", () => request.socket.destroy());
    });
    expect(await refused(sourceAt(server))).toMatchObject({ kind: "network" });
  });

  test("a server that is away is tried again", async () => {
    const server = await serve(reply(200, ""));
    await server.close();
    const error = await refused(sourceAt(server, {}, "user:canary-password@"));
    expect(error).toMatchObject({ kind: "network" });
    expect(error.summary).toContain(`https://127.0.0.1:${server.port}/join/token: ECONNREFUSED`);
  });

  test("a slow answer can be stopped", async () => {
    const stop = new AbortController();
    const server = await serve(() => {
      stop.abort();
    });
    await expect(fetchFrom(sourceAt(server), { signal: stop.signal })).rejects.toMatchObject({ kind: "cancelled" });
  });
});

describe("R3: who asks a join token URL", () => {
  const good = reply(200, JSON.stringify({ context: joinToken }));

  test("the user and password of the URL, decoded", async () => {
    const server = await serve(good);
    await fetchFrom(sourceAt(server, {}, "us%40er:p%3Aw%2F%25@"));
    const basic = Buffer.from("us@er:p:w/%").toString("base64");
    expect(server.requests).toEqual([`GET /join/token?key=canary-query Basic ${basic}`]);
  });

  test("a lone percent sign stands for itself", async () => {
    const server = await serve(good);
    await fetchFrom(sourceAt(server, {}, "user:100%@"));
    expect(server.requests[0]).toContain(`Basic ${Buffer.from("user:100%").toString("base64")}`);
  });

  test("a bearer, reread at each fetch and winning over the URL's credentials", async () => {
    const server = await serve(good);
    let read = 0;
    const source = sourceAt(
      server,
      { bearer: () => Promise.resolve(new Secret(`bearer-${++read}`)) },
      "user:password@",
    );
    await fetchFrom(source);
    await fetchFrom(source);
    expect(server.requests.map((line) => line.split(" ").slice(2).join(" "))).toEqual([
      "Bearer bearer-1",
      "Bearer bearer-2",
    ]);
  });

  test("a bearer that no header can carry is said so, and nothing is sent", async () => {
    const server = await serve(good);
    const error = await refused(sourceAt(server, { bearer: new Secret("canary\r\nX-Evil: 1") }));
    expect(error).toMatchObject({ kind: "invalid_input" });
    expect(server.requests).toEqual([]);
  });
});

describe("R15: the certificate of a join token URL", () => {
  test("is verified with its own settings", async () => {
    const server = await serve(reply(200, JSON.stringify({ context: joinToken })));
    const error = await refused(sourceAt(server, { tls: {} }));
    expect(error).toMatchObject({ kind: "tls" });
    expect(error.message).toContain(fingerprint256(certificates.good.certificate));
    expect(server.requests).toEqual([]);
    const pinned = { fingerprint: fingerprint256(certificates.good.certificate) };
    await expect(fetchFrom(sourceAt(server, { tls: pinned }))).resolves.toBeInstanceOf(Secret);
  });

  test("an https URL to a plain port fails before anything is sent", async () => {
    const server = await startWebServer("plain", reply(200, "{}"));
    open.push(server);
    expect(await refused(sourceAt(server))).toMatchObject({ kind: "tls" });
    expect(server.requests).toEqual([]);
  });

  test("a plain http URL that the inputs allowed is asked without TLS", async () => {
    const server = await startWebServer("plain", reply(200, JSON.stringify({ context: joinToken })));
    open.push(server);
    const url = new Secret(`http://127.0.0.1:${server.port}/t`);
    expect((await fetchFrom({ kind: "url", url, tls: {} })).reveal()).toBe(joinToken);
  });
});
