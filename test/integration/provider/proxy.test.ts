import { createHttpTransport } from "../../../provider/src/neuvector/transport/httpTransport";
import { NeuVectorError, type Target, type TransportResponse } from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, vi } from "vitest";
import { fedJoinInputs } from "@fedjoin/testbed";
import { startConnectProxy } from "../../support/connectProxy";
import { runExporter } from "../../support/exporterProcess";
import { runFedjoin } from "../../support/fedjoinProcess";
import { at, memberNames, newLifecycle } from "../../support/federation";
import { test as base } from "../../support/fixtures";
import { createServerCertificates, fingerprint256, type KeyPair } from "../../support/serverCertificates";
import { listen, startWebServer } from "../../support/webServer";

const test = base
  .extend("proxy", async ({ closing }) => closing(await startConnectProxy()))
  .extend("certificates", { scope: "file" }, () => createServerCertificates())
  .extend("serve", ({ closing }) => async (pair: KeyPair | "plain") => {
    const certificate = pair === "plain" ? pair : { cert: pair.certificate, key: pair.key };
    return closing(await startWebServer(certificate, (_request, response) => response.end("answer")));
  })
  .extend("master", ({ federation }) => federation.master)
  .extend("site", ({ federation }) => at(federation.sites, 0))
  /** A FedJoin whose controllers are both reached through this proxy. */
  .extend("through", ({ master, site }) => (proxy: string) => {
    const plain = fedJoinInputs(master, site, "u1");
    const rest = { ...plain.master.rest, proxy };
    return { ...plain, master: { ...plain.master, rest }, controller: { ...plain.controller, proxy } };
  });

beforeEach(() => {
  for (const name of ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"]) {
    vi.stubEnv(name, "");
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const doctor = (member: object, env: Record<string, string> = {}) =>
  runFedjoin(["doctor", "--file", "-"], { settings: { members: [member] }, env });

describe("a FedJoin whose controllers are behind a proxy", () => {
  test("is joined, looked at, diagnosed and left through its proxy", async ({ master, site, proxy, through }) => {
    const lifecycle = newLifecycle();
    const declared = through(`http://u:c%40nary@127.0.0.1:${proxy.port}`);
    expect((await lifecycle.check({}, declared)).failures).toEqual([]);
    const { id, outs } = await lifecycle.create(declared);
    expect(memberNames(master)).toEqual([id]);
    expect(await lifecycle.read(id, outs)).toMatchObject({ props: { status: "joined" } });
    const asked = [master, site].map(({ rest }) => `127.0.0.1:${rest.port} u:c@nary`);
    expect([...new Set(proxy.asked)].toSorted()).toEqual(asked.toSorted());
    const { code, stdout, stderr } = await doctor(declared);
    expect(stdout).toContain(`answers (through the proxy http://127.0.0.1:${proxy.port} (proxy))`);
    expect(stdout + stderr).not.toMatch(/c(@|%40)nary/);
    expect(code).toBe(0);
    await lifecycle.delete(id, outs);
    expect(memberNames(master)).toEqual([]);
  });

  test("uses the environment's proxy, unless NO_PROXY names it", async ({ master, site, proxy, through }) => {
    const env = { HTTPS_PROXY: `127.0.0.1:${proxy.port}`, NO_PROXY: `127.0.0.1:${site.rest.port}` };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { id, outs } = await newLifecycle().create(through("environment"));
    expect([...new Set(proxy.asked)]).toEqual([`127.0.0.1:${master.rest.port}`]);
    const { stdout } = await doctor(through("environment"), env);
    expect(stdout).toContain(`answers (through the proxy http://127.0.0.1:${proxy.port} (HTTPS_PROXY))`);
    expect(stdout).toContain("answers (127.0.0.1, directly)");
    vi.stubEnv("NO_PROXY", "");
    const before = proxy.asked.length;
    expect(await newLifecycle().read(id, { ...outs, ...fedJoinInputs(master, site, "u1") })).toMatchObject({ id });
    expect(proxy.asked).toHaveLength(before);
  });
});

test("an exporter uses a proxy, and logs no password", async ({ master, site, proxy, folder, startExporter }) => {
  const address = `127.0.0.1:${site.rest.port}`;
  const url = `http://u:canary@127.0.0.1:${proxy.port}`;
  await writeFile(join(folder, "proxy"), `${url}\n`);
  const shop = { address, proxy_file: "proxy", module: "m", tls: { fingerprint: site.fingerprint256 } };
  const config = { modules: { m: { password_env: "CTRL_PASSWORD" } }, targets: { shop } };
  await writeFile(join(folder, "targets.yaml"), JSON.stringify(config));
  const settings = {
    CTRL_API_SERVICE: address,
    CTRL_PROXY: url,
    CTRL_PASSWORD: site.admin.password,
    CTRL_TLS_FINGERPRINT: site.fingerprint256,
    EXPORTER_CONFIG_FILE: join(folder, "targets.yaml"),
    ENABLE_FED_JOIN: "true",
    JOIN_VIA: "controller",
    PAAS_STORE_ID: "u1",
    JOINT_REST_SERVER: site.rest.server,
    JOINT_REST_PORT: String(site.rest.port),
    JOIN_TOKEN: master.joinToken(),
  };
  const exporter = await startExporter(settings);
  await exporter.said(/Join request successful: 200/);
  const up = /^nv_up(\{[^}]*\})? 1$/m;
  expect(await exporter.scrape()).toMatch(up);
  expect(memberNames(master)).toHaveLength(1);
  expect(await (await fetch(`${exporter.url}/probe?target=shop`)).text()).toMatch(up);
  await exporter.stop();
  expect(exporter.output()).not.toContain("canary");
  expect([...new Set(proxy.asked)]).toEqual([`${address} u:canary`]);

  const unverified = { ...settings, CTRL_TLS_FINGERPRINT: "", CTRL_TLS_VERIFY: "false" };
  const { code, output } = await runExporter(unverified, "--config.check");
  expect(code).toBe(1);
  expect(output).toContain("CTRL_PROXY and CTRL_TLS_VERIFY=false exclude each other");
  expect(output).not.toContain("canary");
});

const proxyAt = (port: number): Secret => new Secret(`http://u:canary@127.0.0.1:${port}`);
const target = (port: number, over: Partial<Target> = {}): Target => ({
  ...{ protocol: "https", server: "127.0.0.1", port, tls: {}, ...over },
});

function send(to: Target, timeoutMs = 10_000): Promise<TransportResponse> {
  return createHttpTransport(() => undefined).send({
    ...{ method: "GET", target: to, path: "/v1/eula", headers: { "X-Auth-Token": "canary-token" } },
    ...{ timeoutMs, maxBytes: 10_000 },
  });
}

async function refused(to: Target, timeoutMs?: number): Promise<NeuVectorError> {
  const error = await send(to, timeoutMs).catch((caught: unknown) => caught);
  if (!(error instanceof NeuVectorError)) throw new Error(`not refused: ${String(error)}`);
  expect(JSON.stringify([error.message, error.stack, error])).not.toContain("canary");
  return error;
}

const pinOf = ({ certificate }: KeyPair) => ({ fingerprint: fingerprint256(certificate) });

describe("TLS beside and through a proxy", () => {
  test("a proxy of the environment is used only if asked for", async ({ certificates, proxy, serve }) => {
    const { good, selfSigned } = certificates;
    for (const name of ["HTTPS_PROXY", "https_proxy"]) vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
    const { port } = await serve(good);
    expect(await send(target(port, { tls: pinOf(good) }))).toMatchObject({ body: "answer" });
    expect(await refused(target(port, { tls: pinOf(selfSigned) }))).toMatchObject({ kind: "tls" });
    expect(proxy.asked).toEqual([]);
  });

  test("is checked end to end: a wrong pin, CA or name is refused", async ({ certificates, proxy, serve }) => {
    const { good, selfSigned, otherName, ca } = certificates;
    const [server, named] = [await serve(good), await serve(otherName)];
    const through = (tls: Target["tls"], { port } = server) => target(port, { tls, proxy: proxyAt(proxy.port) });
    for (const tls of [{ ca }, pinOf(good)]) expect(await send(through(tls))).toMatchObject({ body: "answer" });
    const before = server.requests.length;
    const other = await refused(through(pinOf(selfSigned)));
    expect(other).toMatchObject({ kind: "tls", certificate: pinOf(good) });
    expect(other.summary).toContain("its fingerprint is not the pinned one");
    expect((await refused(through({}))).summary).toContain("its CA is not trusted here");
    expect((await refused(through({ ca }, named))).summary).toContain("does not carry the name 127.0.0.1");
    expect([server.requests.length, named.requests.length]).toEqual([before, 0]);
    expect([...new Set(proxy.asked)]).toEqual([server, named].map(({ port }) => `127.0.0.1:${port} u:canary`));
  });

  test("a plain token URL goes through it too", async ({ proxy, serve }) => {
    const { port } = await serve("plain");
    const to = target(port, { protocol: "http", proxy: proxyAt(proxy.port) });
    expect(await send(to)).toMatchObject({ body: "answer" });
    expect(proxy.asked).toEqual([`127.0.0.1:${port} u:canary`]);
  });

  test("an IPv6 address is asked for in brackets", async ({ certificates: { good }, proxy, serve }) => {
    const { port } = await serve(good);
    await send(target(port, { server: "fd00::1", tls: pinOf(good), proxy: proxyAt(proxy.port) }));
    expect(proxy.asked).toEqual([`[fd00::1]:${port} u:canary`]);
  });
});

describe("what a proxy refuses is the proxy's error, which never shows its credentials", () => {
  const site = (proxyPort: number): Target => target(10443, { server: "site.example", proxy: proxyAt(proxyPort) });

  test.for([
    ["407 Proxy Authentication Required", "proxy", "Put the proxy's user name and password into proxy"],
    ["403 Forbidden", "proxy", "Let the proxy allow CONNECT to site.example:10443"],
    ["401 Unauthorized", "proxy", "Let the proxy allow CONNECT"],
    ["502 Bad Gateway", "network", "Check proxy, the proxy, and that it reaches site.example:10443"],
  ] as const)("%s", async ([refusal, kind, hint], { closing }) => {
    const proxy = closing(await startConnectProxy(refusal));
    const error = await refused(site(proxy.port));
    const summary = `GET https://site.example:10443/v1/eula: the proxy http://127.0.0.1:${proxy.port} (proxy) refused with ${refusal}`;
    expect(error).toMatchObject({ kind, summary, hint: expect.stringContaining(hint) as unknown });
    expect(proxy.asked).toEqual(["site.example:10443 u:canary"]);
  });

  test("silence, which is a timeout that names the proxy", async ({ closing }) => {
    const silent = createServer((socket) => closing({ close: () => socket.destroy() }));
    const port = await listen(closing(silent));
    const error = await refused(site(port), 100);
    expect(error.kind).toBe("timeout");
    expect(error.hint).toContain(`The connection goes through the proxy http://127.0.0.1:${port} (proxy).`);
  });

  test("nobody there", async ({ proxy }) => {
    await proxy.close();
    const error = await refused(site(proxy.port));
    expect(error.kind).toBe("network");
    expect(error.summary).toContain(`the proxy http://127.0.0.1:${proxy.port} (proxy) does not answer (ECONNREFUSED)`);
  });

  test("a variable that names a SOCKS proxy", async () => {
    vi.stubEnv("ALL_PROXY", "socks5://u:canary@proxy.example");
    const error = await refused({ ...site(1), proxy: new Secret("environment") });
    expect(error.kind).toBe("invalid_input");
    expect(error.summary).toContain("ALL_PROXY does not name a proxy that can be used");
  });
});
