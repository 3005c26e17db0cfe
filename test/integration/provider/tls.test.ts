import { createHttpTransport } from "../../../provider/src/neuvector/transport/httpTransport";
import { NeuVectorError, type TlsSettings, type TransportResponse } from "@fedjoin/provider/neuvector";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rootsWithExtraFile } from "../../../provider/src/neuvector/transport/trustedRoots";
import { startController } from "@fedjoin/simulator";
import {
  createServerCertificates,
  fingerprint256,
  type KeyPair,
  type ServerCertificates,
} from "../../support/serverCertificates";
import { runFedjoin } from "../../support/fedjoinProcess";
import { listen, startWebServer, type WebServer } from "../../support/webServer";

let certificates: ServerCertificates;
let said: string[];
let transport: ReturnType<typeof createHttpTransport>;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  certificates = await createServerCertificates();
});
beforeEach(() => {
  said = [];
  transport = createHttpTransport((level, message) => said.push(`${level} ${message}`));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(pair: KeyPair, options: ServerOptions = {}): Promise<WebServer> {
  const server = await startWebServer({ cert: pair.certificate, key: pair.key, ...options }, (_request, response) => {
    response.end("answer");
  });
  open.push(server);
  return server;
}

interface Place {
  readonly server: string;
  readonly port: number;
}

function send({ server, port }: Place, tls: TlsSettings, timeoutMs = 10_000): Promise<TransportResponse> {
  return transport.send({
    method: "GET",
    target: { protocol: "https", server, port, tls },
    path: "/v1/x?canary-query",
    headers: { "X-Auth-Token": "canary-token" },
    timeoutMs,
    maxBytes: 1000,
  });
}

async function refused(place: Place, tls: TlsSettings): Promise<NeuVectorError> {
  const error = await send(place, tls).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof NeuVectorError)) throw new Error(`not refused: ${String(error)}`);
  expect(error.message).not.toContain("canary");
  return error;
}

const pinOf = (pair: KeyPair): string => `fingerprint: "${fingerprint256(pair.certificate)}"`;

describe("a proxy variable beside a failed connection", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

  test("is named, without its value, since connections are direct", async () => {
    for (const name of names) vi.stubEnv(name, "");
    const closed = await startWebServer("plain", () => undefined);
    await closed.close();
    expect((await refused(closed, {})).hint).not.toContain("PROXY");
    vi.stubEnv("HTTPS_PROXY", "http://user:canary@proxy.example:3128");
    const error = await refused(closed, {});
    expect(error.kind).toBe("network");
    expect(error.hint).toContain(
      "HTTPS_PROXY is set here, and fedjoin connects directly without it: proxy: environment uses it.",
    );
  });
});

describe("NODE_EXTRA_CA_CERTS is added to a given ca", () => {
  const folder = mkdtempSync(join(tmpdir(), "fedjoin-extra-ca-"));
  const extraFile = join(folder, "extra.pem");
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("by a process that was started with it", async () => {
    const site = await startController();
    open.push(site);
    writeFileSync(extraFile, site.ca);
    const tls = { ca: certificates.ca, serverName: "neuvector" };
    const credentials = { username: "admin", password: site.admin.password };
    const settings = {
      members: [
        {
          storeId: "u1",
          master: { rest: site.rest, tls, credentials },
          jointRest: { server: "10.0.0.1", port: 10443 },
        },
      ],
    };
    const refusedBefore = await runFedjoin(["status", "--file", "-"], { settings });
    expect(refusedBefore.stdout).toContain("certificate refused");
    const { stdout } = await runFedjoin(["status", "--file", "-"], {
      settings,
      env: { NODE_EXTRA_CA_CERTS: extraFile },
    });
    expect(stdout).not.toContain("certificate refused");
  });

  test("by a Node that does not tell what it trusts, from the file itself", () => {
    writeFileSync(extraFile, certificates.ca);
    expect(rootsWithExtraFile(extraFile)).toEqual([...rootCertificates, certificates.ca]);
    expect(rootsWithExtraFile(join(folder, "missing.pem"))).toEqual(rootCertificates);
    expect(rootsWithExtraFile("")).toEqual(rootCertificates);
  });
});

describe("R15: a refused certificate is explained with the setting that fixes it", () => {
  test("expired: renew it, or pin it until then", async () => {
    const { expired } = certificates;
    const server = await serve(expired);
    const error = await refused(server, { ca: expired.certificate });
    expect(error).toMatchObject({ kind: "tls", certificate: { fingerprint: fingerprint256(expired.certificate) } });
    expect(error.message).toContain("expired (its own last day is Jan  2 00:00:00 2020 GMT)");
    expect(error.hint).toContain(pinOf(expired));
    expect(server.requests).toEqual([]);
    await expect(send(server, { fingerprint: fingerprint256(expired.certificate) })).resolves.toMatchObject({
      status: 200,
    });
  });

  test("not yet valid: look at the clocks", async () => {
    const { early } = certificates;
    const error = await refused(await serve(early), { ca: early.certificate });
    expect(error.message).toMatch(/not valid yet \(its own first day is Jan {2}1 00:00:00 2090 GMT\).*clock/);
    expect(error.hint).toContain(pinOf(early));
  });

  test("wrong name: serverName with the name it has", async () => {
    const { otherName, ca } = certificates;
    const server = await serve(otherName);
    const error = await refused(server, { ca });
    expect(error.summary).toContain("does not carry the name 127.0.0.1; it is CN=neuvector, names DNS:neuvector");
    expect(error.hint).toContain('set serverName: "neuvector"');
    expect(error.hint).toContain(pinOf(otherName));
    await expect(send(server, { ca, serverName: "neuvector" })).resolves.toMatchObject({ body: "answer" });
  });

  test("a declared serverName that it does not carry is the name in the message", async () => {
    const { otherName, ca } = certificates;
    const error = await refused(await serve(otherName), { ca, serverName: "other.example" });
    expect(error.summary).toContain("does not carry the name other.example");
  });

  test("self-signed: its fingerprint, or itself as ca with its name", async () => {
    const { selfSigned } = certificates;
    const server = await serve(selfSigned);
    const error = await refused(server, {});
    expect(error.summary).toContain("it is self-signed");
    expect(error.hint).toContain(pinOf(selfSigned));
    expect(error.hint).toMatch(/ca to its own PEM, with serverName: "neuvector"/);
    await expect(send(server, { ca: selfSigned.certificate, serverName: "neuvector" })).resolves.toMatchObject({
      status: 200,
    });
    await expect(send(server, { fingerprint: fingerprint256(selfSigned.certificate) })).resolves.toMatchObject({
      status: 200,
    });
  });

  test.each([
    ["the leaf alone", false],
    ["the whole chain", true],
  ])("unknown CA, shown with %s: ca", async (_what, withCa) => {
    const { good, ca } = certificates;
    const certificate = withCa ? good.certificate.trimEnd() + "\n" + ca : good.certificate;
    const server = await serve({ ...good, certificate });
    const error = await refused(server, {});
    expect(error.summary).toContain("its CA is not trusted here (issued by CN=simulator test CA)");
    expect(error.hint).toMatch(/^Set ca to the PEM of that CA/);
    expect(error.hint).toContain(pinOf(good));
    await expect(send(server, { ca })).resolves.toMatchObject({ status: 200 });
  });

  test("a list of fingerprints accepts each of them, so that a certificate is rotated without a gap", async () => {
    const { selfSigned, expired, good } = certificates;
    const pinned = { fingerprint: [selfSigned, expired].map(({ certificate }) => fingerprint256(certificate)) };
    for (const pair of [selfSigned, expired]) {
      await expect(send(await serve(pair), pinned)).resolves.toMatchObject({ status: 200 });
    }
    const server = await serve(good);
    expect((await refused(server, pinned)).summary).toContain("its fingerprint is not among the pinned ones");
    expect(server.requests).toEqual([]);
  });

  test("another fingerprint than the pinned one: renewed, or somebody in between", async () => {
    const { good, selfSigned, ca } = certificates;
    const server = await serve(good);
    const error = await refused(server, { fingerprint: fingerprint256(selfSigned.certificate), ca });
    expect(error.summary).toContain("its fingerprint is not the pinned one");
    expect(error.hint).toMatch(/renewed, or somebody is in between/);
    expect(error.hint).toContain(pinOf(good));
    expect(server.requests).toEqual([]);
  });

  test("a port that speaks plain HTTP: the port is named", async () => {
    const server = await startWebServer("plain", (_request, response) => response.end());
    open.push(server);
    const error = await refused(server, {});
    expect(error.message).toContain(`https://127.0.0.1:${server.port}/v1/x: this port does not speak TLS`);
    expect(error.hint).toMatch(/10443/);
    expect(server.requests).toEqual([]);
  });

  test("only TLS 1.1: which versions are needed", async () => {
    const { certificate: cert, key } = certificates.good;
    const tls11 = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const server = createHttpsServer({ cert, key, ...tls11 });
    open.push(server);
    const error = await refused({ server: "127.0.0.1", port: await listen(server) }, { verify: false });
    expect(error).toMatchObject({ kind: "tls", certificate: undefined });
    expect(error.message).toMatch(/neither TLS 1\.2 nor 1\.3/);
  });

  test("a server that wants a client certificate", async () => {
    const { good, ca } = certificates;
    const options = { ca, requestCert: true, maxVersion: "TLSv1.2" } as const;
    const error = await refused(await serve(good, options), { ca });
    expect(error.message).toMatch(/wants a cipher or a client certificate/);
  });

  test("a server that hangs up is a network failure, and worth another try", async () => {
    const server = createTcpServer((socket) => socket.destroy());
    open.push(server);
    const port = await listen(server);
    expect(await refused({ server: "127.0.0.1", port }, {})).toMatchObject({ kind: "network" });
  });
});

describe("R15: what verification accepts", () => {
  test.each<[string, ServerOptions]>([
    ["1.2 only", { maxVersion: "TLSv1.2" }],
    ["1.3 only", { minVersion: "TLSv1.3" }],
  ])("servers with TLS %s", async (_what, options) => {
    const { good, ca } = certificates;
    const server = await serve(good, options);
    await expect(send(server, { ca })).resolves.toMatchObject({ status: 200 });
    await expect(send(server, { fingerprint: fingerprint256(good.certificate) })).resolves.toMatchObject({
      status: 200,
    });
  });

  test("a fingerprint in small letters and without colons", async () => {
    const { selfSigned } = certificates;
    const fingerprint = fingerprint256(selfSigned.certificate).replaceAll(":", "").toLowerCase();
    await expect(send(await serve(selfSigned), { fingerprint })).resolves.toMatchObject({ status: 200 });
  });

  test("each certificate of a bundle", async () => {
    const { good, selfSigned, ca } = certificates;
    const bundle = `${selfSigned.certificate}\n${ca}`;
    await expect(send(await serve(good), { ca: bundle })).resolves.toMatchObject({ status: 200 });
    await expect(send(await serve(selfSigned), { ca: bundle, serverName: "neuvector" })).resolves.toMatchObject({
      status: 200,
    });
  });

  test("NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing", async () => {
    const { selfSigned, good } = certificates;
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    try {
      expect(await refused(await serve(selfSigned), {})).toMatchObject({ kind: "tls" });
      const pinned = { fingerprint: fingerprint256(good.certificate) };
      expect(await refused(await serve(selfSigned), pinned)).toMatchObject({ kind: "tls" });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("settings of one target do not help another at the same address", async () => {
    const server = await serve(certificates.selfSigned);
    await expect(send(server, { verify: false })).resolves.toMatchObject({ status: 200 });
    expect(await refused(server, {})).toMatchObject({ kind: "tls" });
  });
});

test("R15: verify: false accepts any certificate, and warns once per target", async () => {
  const [first, second] = [await serve(certificates.selfSigned), await serve(certificates.expired)];
  for (const server of [first, first, second]) {
    await expect(send(server, { verify: false })).resolves.toMatchObject({ status: 200 });
  }
  const warning = (port: number): string =>
    `warn 127.0.0.1:${port}: its certificate is not verified, so anybody in between can read passwords and tokens`;
  expect(said).toEqual([warning(first.port), warning(second.port)]);
});

test("verify: false is not warned of where the caller warns by itself", async () => {
  const server = await serve(certificates.selfSigned);
  transport = createHttpTransport((level, message) => said.push(`${level} ${message}`), { warnUnverified: false });
  await expect(send(server, { verify: false })).resolves.toMatchObject({ status: 200 });
  expect(said).toEqual([]);
});

describe("R15: a handshake that never ends", () => {
  test.each<[string, TlsSettings]>([
    ["verified", {}],
    ["pinned", { fingerprint: "AB".repeat(32) }],
  ])("is a timeout (%s)", async (_what, tls) => {
    const server = createTcpServer();
    const port = await listen(server);
    server.on("connection", (socket) => open.push({ close: () => socket.destroy() }));
    open.push(server);
    await expect(send({ server: "127.0.0.1", port }, tls, 100)).rejects.toMatchObject({ kind: "timeout" });
  });
});
