import { obtainJoinToken, type TokenContext } from "../../../provider/src/federation/tokenSource";
import { decodeJoinToken, type TokenSource } from "@fedjoin/provider/internal/federation";
import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { createSystemPorts } from "@fedjoin/provider/internal/system";
import { Secret } from "@fedjoin/provider/internal/values";
import type { RequestListener } from "node:http";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createServerCertificates, fingerprint256, type ServerCertificates } from "../../support/serverCertificates";
import { startWebServer, type WebServer } from "../../support/webServer";

const joinToken = Buffer.from('{"s":"master.example","p":11443,"t":"canary-ticket"}').toString("base64");

let certificates: ServerCertificates;
const open: WebServer[] = [];

beforeAll(async () => {
  certificates = await createServerCertificates();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(answer: RequestListener, scheme: "https" | "http" = "https"): Promise<WebServer> {
  const { certificate: cert, key } = certificates.good;
  const server = await startWebServer(scheme === "http" ? "plain" : { cert, key }, answer);
  open.push(server);
  return server;
}

/** A server that answers with a status and a body. */
const serveReply = (status: number, body: string, headers: Record<string, string> = {}): Promise<WebServer> =>
  serve((_request, response) => {
    response.writeHead(status, headers).end(body);
  });
const serveToken = (): Promise<WebServer> => serveReply(200, JSON.stringify({ context: joinToken }));

type UrlSource = TokenSource & { kind: "url" };

function sourceAt({ port }: WebServer, more: Partial<UrlSource> = {}, user = ""): UrlSource {
  const url = new Secret(`https://${user}127.0.0.1:${port}/join/token?key=canary-query`);
  return { kind: "url", url, tls: { ca: certificates.ca }, ...more };
}

const fetchFrom = (source: UrlSource, more: Partial<TokenContext> = {}): Promise<Secret> =>
  obtainJoinToken(source, { ports: createSystemPorts(() => undefined), master: undefined, ...more });

async function refused(source: UrlSource): Promise<NeuVectorError> {
  const error = await fetchFrom(source).catch((caught: unknown) => caught);
  if (!(error instanceof NeuVectorError)) throw new Error(`not refused: ${String(error)}`);
  expect(`${error.message} ${error.stack ?? ""} ${JSON.stringify(error)}`).not.toMatch(/canary/);
  return error;
}

describe("R3: a join token URL", () => {
  test.each([{ context: joinToken }, { join_token: joinToken }, { context: joinToken, expires: 5 }])(
    "gives the token in %j, and tells what it asks without credentials and query",
    async (body) => {
      const server = await serveReply(200, JSON.stringify(body));
      const shown: string[] = [];
      const onFetch = (url: string): void => void shown.push(url);
      const token = await fetchFrom(sourceAt(server, {}, "user:canary-password@"), { onFetch });
      expect(decodeJoinToken(token)).toEqual({ server: "master.example", port: 11443 });
      expect(token.reveal()).toBe(joinToken);
      expect(shown).toEqual([`https://127.0.0.1:${server.port}/join/token`]);
    },
  );

  test.each<[string, number, string, Record<string, string>, string]>([
    ["text that is not JSON", 200, "canary <html>", {}, "unexpected_reply"],
    ["no context", 200, '{"token":"canary"}', {}, "unexpected_reply"],
    ["an empty context", 200, '{"context":""}', {}, "unexpected_reply"],
    ["a context that is no text", 200, '{"context":{"canary":1}}', {}, "unexpected_reply"],
    ["nothing", 200, "", {}, "unexpected_reply"],
    ["over 64 kB with a length", 200, "c".repeat(65_537), { "Content-Length": "65537" }, "unexpected_reply"],
    ["over 64 kB in chunks", 200, "c".repeat(65_537), {}, "unexpected_reply"],
    ["401", 401, '{"message":"canary"}', {}, "forbidden"],
    ["403", 403, '{"message":"canary"}', {}, "forbidden"],
    ["404", 404, '{"message":"canary"}', {}, "not_found"],
    ["500", 500, '{"message":"canary"}', {}, "server_error"],
    ["503", 503, '{"message":"canary"}', {}, "server_error"],
  ])("answering %s is refused", async (what, status, body, headers, kind) => {
    const error = await refused(sourceAt(await serveReply(status, body, headers)));
    expect(error).toMatchObject({ kind });
    if (status >= 400) expect(error.hint).toContain('{"context": "<join token>"}');
    if (what.startsWith("over")) expect(error.summary).toContain("more than 65536 bytes");
  });

  test("a redirect is not followed, and no credential leaves for the other host", async () => {
    const elsewhere = await serveToken();
    const location = `https://u:canary@127.0.0.1:${elsewhere.port}/canary`;
    const server = await serveReply(302, "", { Location: location });
    const error = await refused(sourceAt(server, { bearer: new Secret("canary-bearer") }));
    expect(error).toMatchObject({ kind: "redirected", status: 302 });
    expect(error.summary).toContain(`redirects to 127.0.0.1:${elsewhere.port}`);
    expect(elsewhere.requests).toEqual([]);
  });

  test("an answer that breaks off, and a server that is away, are tried again", async () => {
    const server = await serve((request, response) => {
      response.writeHead(200, { "Content-Length": "100" }).write("{", () => request.socket.destroy());
    });
    expect(await refused(sourceAt(server))).toMatchObject({ kind: "network" });
    await server.close();
    const error = await refused(sourceAt(server, {}, "user:canary-password@"));
    expect(error.kind).toBe("network");
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
  test.each([
    ["us%40er:p%3Aw%2F%25@", "us@er:p:w/%"],
    ["user:100%@", "user:100%"],
  ])("the user and password of %s, decoded; a lone percent sign stands for itself", async (user, decoded) => {
    const server = await serveToken();
    await fetchFrom(sourceAt(server, {}, user));
    const basic = Buffer.from(decoded).toString("base64");
    expect(server.requests).toEqual([`GET /join/token?key=canary-query Basic ${basic}`]);
  });

  test("a bearer, reread at each fetch and winning over the URL's credentials", async () => {
    const server = await serveToken();
    let read = 0;
    const bearer = () => Promise.resolve(new Secret(`bearer-${++read}`));
    const source = sourceAt(server, { bearer }, "user:password@");
    for (let round = 0; round < 2; round++) await fetchFrom(source);
    expect(server.requests).toEqual([1, 2].map((count) => `GET /join/token?key=canary-query Bearer bearer-${count}`));
  });

  test("a bearer that no header can carry is said so, and nothing is sent", async () => {
    const server = await serveToken();
    const error = await refused(sourceAt(server, { bearer: new Secret("canary\r\nX-Evil: 1") }));
    expect([error.kind, server.requests]).toEqual(["invalid_input", []]);
  });
});

describe("R15: the certificate of a join token URL", () => {
  test("is verified with its own settings", async () => {
    const server = await serveToken();
    const fingerprint = fingerprint256(certificates.good.certificate);
    const error = await refused(sourceAt(server, { tls: {} }));
    expect([error.kind, server.requests]).toEqual(["tls", []]);
    expect(error.message).toContain(fingerprint);
    await expect(fetchFrom(sourceAt(server, { tls: { fingerprint } }))).resolves.toBeInstanceOf(Secret);
  });

  test("a plain http URL that the inputs allowed is asked without TLS, an https URL of that port is not asked", async () => {
    const server = await serve((_request, response) => response.end(JSON.stringify({ context: joinToken })), "http");
    const error = await refused(sourceAt(server));
    expect([error.kind, server.requests]).toEqual(["tls", []]);
    const url = new Secret(`http://127.0.0.1:${server.port}/t`);
    expect((await fetchFrom({ kind: "url", url, tls: {} })).reveal()).toBe(joinToken);
  });
});
