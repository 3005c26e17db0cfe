import { createHttpTransport } from "../../../provider/src/neuvector/transport/httpTransport";
import { NeuVectorError, type Target, type TransportResponse } from "@fedjoin/provider/internal/neuvector";
import { writeFile } from "node:fs/promises";
import type { ServerOptions } from "node:https";
import { createServer as createTcpServer, type Socket } from "node:net";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterEach, describe, expect, vi } from "vitest";
import { rootsWithExtraFile } from "../../../provider/src/neuvector/transport/trustedRoots";
import { fedJoinInputs } from "@fedjoin/testbed";
import { test as base } from "../../support/fixtures";
import { runFedjoin } from "../../support/fedjoinProcess";
import { createServerCertificates, fingerprint256, type KeyPair } from "../../support/serverCertificates";
import { listen, startWebServer } from "../../support/webServer";
import type { TlsSettings } from "@fedjoin/provider/internal/values";

type Place = Pick<Target, "server" | "port">;

const send = (
  { server, port }: Place,
  tls: TlsSettings,
  transport = createHttpTransport(() => undefined),
  timeoutMs = 10_000,
) =>
  transport.send({
    ...{ method: "GET", target: { protocol: "https", server, port, tls }, path: "/v1/x?canary-query" },
    ...{ headers: { "X-Auth-Token": "canary-token" }, timeoutMs, maxBytes: 1000 },
  });

async function refused(place: Place, tls: TlsSettings): Promise<NeuVectorError> {
  const error = await send(place, tls).catch((caught: unknown) => caught);
  if (!(error instanceof NeuVectorError)) throw new Error(`not refused: ${String(error)}`);
  expect(error.message).not.toContain("canary");
  return error;
}

async function expectAccepted(server: Place, ...settings: readonly TlsSettings[]): Promise<void> {
  for (const tls of settings)
    expect(await send(server, tls)).toMatchObject<Partial<TransportResponse>>({ status: 200 });
}

const pinOf = (...pairs: [KeyPair, ...KeyPair[]]): { fingerprint: string | string[] } => {
  const all = pairs.map(({ certificate }) => fingerprint256(certificate));
  return { fingerprint: all.length === 1 ? (all[0] ?? "") : all };
};

const test = base
  .extend("certificates", { scope: "file" }, () => createServerCertificates())
  /** Starts an HTTPS server with a certificate, or a plain one. */
  .extend("serve", ({ closing }) => async (pair: KeyPair | "plain", options: ServerOptions = {}) => {
    const certificate = pair === "plain" ? pair : { cert: pair.certificate, key: pair.key, ...options };
    return closing(await startWebServer(certificate, (_request, response) => response.end("answer")));
  })
  /** Starts a server that does this with each connection. */
  .extend("serveTcp", ({ closing }) => async (connected: (socket: Socket) => void = () => undefined) => {
    const server = createTcpServer((socket) => {
      closing({ close: () => socket.destroy() });
      connected(socket);
    });
    return { server: "127.0.0.1", port: await listen(closing(server)) };
  });

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a proxy variable beside a failed connection is named, since connections are direct", async ({ serve }) => {
  for (const name of ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]) vi.stubEnv(name, "");
  const closed = await serve("plain");
  await closed.close();
  expect((await refused(closed, {})).hint).not.toContain("PROXY");
  vi.stubEnv("HTTPS_PROXY", "http://user:canary@proxy.example:3128");
  const { kind, hint } = await refused(closed, {});
  expect(kind).toBe("network");
  expect(hint).toContain(
    "HTTPS_PROXY is set here, and fedjoin connects directly without it: proxy: environment uses it.",
  );
});

describe("NODE_EXTRA_CA_CERTS is added to a given ca", () => {
  test("by a process that was started with it", async ({ certificates, folder, federation: { master, sites } }) => {
    const [site] = sites;
    if (site === undefined) throw new Error("no site");
    const extraFile = join(folder, "extra.pem");
    await writeFile(extraFile, master.ca);
    const inputs = fedJoinInputs(master, site, "u1");
    const member = { ...inputs, controller: null, master: { ...inputs.master, tls: { ca: certificates.ca } } };
    const status = async (env: Record<string, string> = {}) =>
      (await runFedjoin(["status", "--file", "-"], { settings: { members: [member] }, env })).stdout;
    expect(await status()).toContain("certificate refused");
    expect(await status({ NODE_EXTRA_CA_CERTS: extraFile })).not.toContain("certificate refused");
  });

  test("by a Node that does not tell what it trusts, from the file itself", async ({ certificates, folder }) => {
    const extraFile = join(folder, "extra.pem");
    await writeFile(extraFile, certificates.ca);
    expect(rootsWithExtraFile(extraFile)).toEqual([...rootCertificates, certificates.ca]);
    for (const file of [join(folder, "missing.pem"), ""]) expect(rootsWithExtraFile(file)).toEqual(rootCertificates);
  });
});

describe("R15: a refused certificate is explained with the setting that fixes it", () => {
  type Certificates = Awaited<ReturnType<typeof createServerCertificates>>;
  type Settings = (certificates: Certificates) => TlsSettings;
  /** What the hint for this certificate proposes. */
  const fixes: Readonly<Record<string, Settings>> = {
    good: ({ ca }) => ({ ca }),
    otherName: ({ ca }) => ({ ca, serverName: "neuvector" }),
    selfSigned: ({ selfSigned }) => ({ ca: selfSigned.certificate, serverName: "neuvector" }),
  };
  const untrusted = /its CA is not trusted here \(issued by CN=simulator test CA\).* Set tls\.ca to the PEM of that CA/;

  test.for<[keyof Omit<Certificates, "ca"> | "chain", Settings, RegExp]>([
    ["expired", ({ expired }) => ({ ca: expired.certificate }), /expired \(its own last day is Jan {2}2 .* 2020 GMT\)/],
    ["early", ({ early }) => ({ ca: early.certificate }), /not valid yet .*first day is Jan {2}1 .* 2090 GMT\).*clock/],
    ["otherName", ({ ca }) => ({ ca }), /not carry the name 127\.0\.0\.1; it is CN=neuvector, names DNS:neuvector/],
    ["otherName", ({ ca }) => ({ ca }), /set tls\.serverName: "neuvector"/],
    ["otherName", ({ ca }) => ({ ca, serverName: "x.example" }), /does not carry the name x\.example/],
    ["selfSigned", () => ({}), /it is self-signed.*tls\.ca to its own PEM, with tls\.serverName: "neuvector"/],
    ["good", () => ({}), untrusted],
    ["chain", () => ({}), untrusted],
    ["good", ({ selfSigned, ca }) => ({ ...pinOf(selfSigned), ca }), /not the pinned one.*renewed, or somebody is in/],
    ["good", ({ expired, early }) => pinOf(expired, early), /its fingerprint is not among the pinned ones/],
  ])("%s, with %s: %s", async ([name, tls, message], { certificates, serve }) => {
    const { good, ca } = certificates;
    const pair =
      name === "chain" ? { ...good, certificate: `${good.certificate.trimEnd()}\n${ca}` } : certificates[name];
    const server = await serve(pair);
    const error = await refused(server, tls(certificates));
    const pin = pinOf(name === "chain" ? good : pair);
    expect(error).toMatchObject({ kind: "tls", certificate: pin });
    expect(error.message).toMatch(message);
    expect(error.message.split(String(pin.fingerprint))).toHaveLength(2);
    expect(error.hint).toContain(`tls.fingerprint: "${String(pin.fingerprint)}"`);
    expect(server.requests).toEqual([]);
    await expectAccepted(server, pin, fixes[name === "chain" ? "good" : name]?.(certificates) ?? pin);
  });

  test("a port that speaks plain HTTP: the port is named", async ({ serve }) => {
    const server = await serve("plain");
    const error = await refused(server, {});
    expect(error.message).toContain(`https://127.0.0.1:${server.port}/v1/x: this port does not speak TLS`);
    expect(error.hint).toMatch(/10443/);
    expect(server.requests).toEqual([]);
  });

  const tls11 = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
  test.for<[string, ServerOptions, RegExp]>([
    ["only TLS 1.1", tls11, /neither TLS 1\.2 nor 1\.3/],
    ["a client certificate", { requestCert: true, maxVersion: "TLSv1.2" }, /wants a cipher or a client certificate/],
  ])("a server that wants %s", async ([, options, message], { certificates: { good, ca }, serve }) => {
    const error = await refused(await serve(good, { ca, ...options }), { ca });
    expect(error).toMatchObject({ kind: "tls" });
    expect(error.message).toMatch(message);
  });

  test("a server that hangs up is a network failure, and worth another try", async ({ serveTcp }) => {
    expect(await refused(await serveTcp((socket) => socket.destroy()), {})).toMatchObject({ kind: "network" });
  });
});

describe("R15: what verification accepts", () => {
  test.for<[string, ServerOptions]>([
    ["1.2 only", { maxVersion: "TLSv1.2" }],
    ["1.3 only", { minVersion: "TLSv1.3" }],
  ])("servers with TLS %s", async ([, options], { certificates: { good, ca }, serve }) => {
    await expectAccepted(await serve(good, options), { ca }, pinOf(good));
  });

  test("a fingerprint in small letters and without colons, and each of a list", async ({ certificates, serve }) => {
    const { selfSigned, expired } = certificates;
    const fingerprint = fingerprint256(selfSigned.certificate).replaceAll(":", "").toLowerCase();
    await expectAccepted(await serve(selfSigned), { fingerprint }, pinOf(expired, selfSigned));
  });

  test("each certificate of a bundle", async ({ certificates: { good, selfSigned, ca }, serve }) => {
    const bundle = `${selfSigned.certificate}\n${ca}`;
    await expectAccepted(await serve(good), { ca: bundle });
    await expectAccepted(await serve(selfSigned), { ca: bundle, serverName: "neuvector" });
  });

  test("NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing", async ({ certificates: { good, selfSigned }, serve }) => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const server = await serve(selfSigned);
    for (const tls of [{}, pinOf(good)]) expect(await refused(server, tls)).toMatchObject({ kind: "tls" });
  });

  test("settings of one target do not help another at the same address", async ({ certificates, serve }) => {
    const server = await serve(certificates.selfSigned);
    await expectAccepted(server, { verify: false });
    expect(await refused(server, {})).toMatchObject({ kind: "tls" });
  });
});

test.for([true, false])(
  "R15: verify: false accepts any certificate, and warns once per target where the caller does not warn by itself (%s)",
  async (warnUnverified, { certificates: { selfSigned, expired }, serve }) => {
    const said: string[] = [];
    const transport = createHttpTransport((level, message) => said.push(`${level} ${message}`), { warnUnverified });
    const [first, second] = [await serve(selfSigned), await serve(expired)];
    for (const server of [first, first, second]) {
      expect(await send(server, { verify: false }, transport)).toMatchObject({ status: 200 });
    }
    const warning = ({ port }: Place): string =>
      `warn 127.0.0.1:${port}: its certificate is not verified, so anybody in between can read passwords and tokens`;
    expect(said).toEqual(warnUnverified ? [warning(first), warning(second)] : []);
  },
);

test.for<[string, TlsSettings]>([
  ["verified", {}],
  ["pinned", { fingerprint: "AB".repeat(32) }],
])("R15: a handshake that never ends is a timeout (%s)", async ([, tls], { serveTcp }) => {
  await expect(send(await serveTcp(), tls, undefined, 100)).rejects.toMatchObject({ kind: "timeout" });
});
