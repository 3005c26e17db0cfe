import { createHttpTransport } from "../../../provider/src/neuvector/transport/httpTransport";
import { NeuVectorError, type Target, type TransportResponse } from "@fedjoin/provider/neuvector";
import { Secret } from "@fedjoin/provider/values";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type SimulatedFederation, startController, startFederation } from "@fedjoin/simulator";
import { startConnectProxy, type ConnectProxy } from "../../support/connectProxy";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, newLifecycle, at } from "../../support/federation";
import { createServerCertificates, fingerprint256 } from "../../support/serverCertificates";
import { listen, startWebServer } from "../../support/webServer";
import { runExporter, startExporter } from "../../support/exporterProcess";
import { runFedjoin } from "../../support/fedjoinProcess";

const open: { close(): unknown }[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function started<T extends { close(): unknown }>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  open.push(server);
  return server;
}

const variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];

beforeEach(() => {
  for (const name of variables) vi.stubEnv(name, "");
});

describe("a FedJoin whose controllers are behind a proxy", () => {
  let federation: SimulatedFederation;
  let proxy: ConnectProxy;

  beforeEach(async () => {
    const timings = { cleanupMs: 10, probePauseMs: 5, intervalMinuteMs: 200 };
    federation = await started(startFederation({ sites: 1, timings }));
    proxy = await started(startConnectProxy());
  });

  function inputs(value: string) {
    const plain = fedJoinInputs(federation.master, at(federation.sites, 0), "u1");
    return {
      ...plain,
      master: { ...plain.master, rest: { ...plain.master.rest, proxy: value } },
      controller: { ...plain.controller, proxy: value },
    };
  }

  test("is joined, looked at, diagnosed and left through the proxy of its URL, with its credentials", async () => {
    const lifecycle = newLifecycle();
    const declared = inputs(`http://u:c%40nary@127.0.0.1:${proxy.port}`);
    expect((await lifecycle.check({}, declared)).failures).toEqual([]);
    const { id, outs } = await lifecycle.create(declared);
    expect(outs).toMatchObject({ status: "joined" });
    const { master, sites } = federation;
    expect(memberNames(master)).toEqual([id]);
    expect(await lifecycle.read(id, outs)).toMatchObject({ props: { status: "joined" } });
    expect(new Set(proxy.asked)).toEqual(
      new Set([master, at(sites, 0)].map(({ rest }) => `127.0.0.1:${rest.port} u:c@nary`)),
    );
    const { code, stdout, stderr } = await runFedjoin(["doctor", "--file", "-"], { settings: { members: [declared] } });
    expect(stdout).toContain(`answers (through the proxy http://127.0.0.1:${proxy.port} (proxy))`);
    expect(stdout + stderr).not.toMatch(/c(@|%40)nary/);
    expect(code).toBe(0);
    await lifecycle.delete(id, outs);
    expect(memberNames(master)).toEqual([]);
  });

  test("is joined through the proxy of the environment, and directly where NO_PROXY says so or nothing is given", async () => {
    vi.stubEnv("HTTPS_PROXY", `127.0.0.1:${proxy.port}`);
    const { master, sites } = federation;
    const site = at(sites, 0);
    vi.stubEnv("NO_PROXY", `127.0.0.1:${site.rest.port}`);
    const { id, outs } = await newLifecycle().create(inputs("environment"));
    expect(new Set(proxy.asked)).toEqual(new Set([`127.0.0.1:${master.rest.port}`]));
    const env = { HTTPS_PROXY: `127.0.0.1:${proxy.port}`, NO_PROXY: `127.0.0.1:${site.rest.port}` };
    const settings = { members: [inputs("environment")] };
    const { stdout } = await runFedjoin(["doctor", "--file", "-"], { settings, env });
    expect(stdout).toContain(`answers (through the proxy http://127.0.0.1:${proxy.port} (HTTPS_PROXY))`);
    expect(stdout).toContain("answers (127.0.0.1, directly)");
    const before = proxy.asked.length;
    vi.stubEnv("NO_PROXY", "");
    expect(await newLifecycle().read(id, { ...outs, ...fedJoinInputs(master, site, "u1") })).toMatchObject({ id });
    expect(proxy.asked).toHaveLength(before);
  });

  test("is refused at check where the proxy could read what passes through it, or where it is none", async () => {
    const unverified = inputs("environment");
    const reason = expect.stringContaining("proxy and tls.verify: false exclude each other") as unknown;
    const failuresOf = async (declared: Readonly<Record<string, unknown>>) =>
      (await newLifecycle().check({}, declared)).failures;
    expect(
      await failuresOf({
        ...unverified,
        controller: { ...unverified.controller, tls: { verify: false } },
        master: { ...unverified.master, tls: { verify: false } },
      }),
    ).toEqual([
      { property: "master.rest.proxy", reason },
      { property: "controller.proxy", reason },
    ]);
    const failures = await failuresOf(inputs("socks5://u:canary@proxy.example"));
    expect(failures).toHaveLength(2);
    expect(JSON.stringify(failures)).toContain("expected environment, or the URL of a proxy");
    expect(JSON.stringify(failures)).not.toContain("canary");
  });
});

test("an exporter scrapes, joins and probes through a proxy, whose credentials it does not log", async () => {
  const timings = { cleanupMs: 10, probePauseMs: 5, intervalMinuteMs: 200 };
  const { master, sites } = await started(startFederation({ sites: 1, timings }));
  const site = at(sites, 0);
  const proxy = await started(startConnectProxy());
  const url = `http://u:canary@127.0.0.1:${proxy.port}`;
  const folder = mkdtempSync(join(tmpdir(), "fedjoin-proxy-"));
  open.push({
    close: () => {
      rmSync(folder, { recursive: true });
    },
  });
  writeFileSync(join(folder, "proxy"), `${url}\n`);
  const target = {
    ...{ address: `127.0.0.1:${site.rest.port}`, proxy_file: "proxy" },
    ...{ module: "m", tls: { fingerprint: site.fingerprint256 } },
  };
  const modules = { m: { password_env: "SITE_PASSWORD" } };
  writeFileSync(join(folder, "targets.yaml"), JSON.stringify({ modules, targets: { shop: target } }));
  const settings = {
    CTRL_API_SERVICE: `127.0.0.1:${site.rest.port}`,
    CTRL_PROXY: url,
    CTRL_PASSWORD: site.admin.password,
    CTRL_TLS_FINGERPRINT: site.fingerprint256,
    EXPORTER_CONFIG_FILE: join(folder, "targets.yaml"),
    SITE_PASSWORD: site.admin.password,
    ENABLE_FED_JOIN: "true",
    JOIN_VIA: "controller",
    PAAS_STORE_ID: "u1",
    JOINT_REST_SERVER: site.rest.server,
    JOINT_REST_PORT: String(site.rest.port),
    JOIN_TOKEN: master.joinToken(),
  };
  const exporter = await startExporter(settings);
  await exporter.said(/Join request successful: 200/);
  expect(await exporter.scrape()).toMatch(/^nv_up(\{[^}]*\})? 1$/m);
  expect(memberNames(master)).toHaveLength(1);
  const probed = await fetch(`${exporter.url}/probe?target=shop`);
  expect(await probed.text()).toMatch(/^nv_up(\{[^}]*\})? 1$/m);
  await exporter.stop();
  expect(exporter.output()).not.toContain("canary");
  expect(new Set(proxy.asked)).toEqual(new Set([`127.0.0.1:${site.rest.port} u:canary`]));

  const unverified = { ...settings, CTRL_TLS_FINGERPRINT: "", CTRL_TLS_VERIFY: "false" };
  const { code, output } = await runExporter(unverified, "--config.check");
  expect(code).toBe(1);
  expect(output).toContain("CTRL_PROXY and CTRL_TLS_VERIFY=false exclude each other");
  expect(output).not.toContain("canary");
});

function send(target: Target, timeoutMs = 10_000): Promise<TransportResponse> {
  return createHttpTransport(() => undefined).send({
    ...{ method: "GET", target, path: "/v1/eula", headers: { "X-Auth-Token": "canary-token" } },
    ...{ timeoutMs, maxBytes: 10_000 },
  });
}

async function refused(target: Target, timeoutMs?: number): Promise<NeuVectorError> {
  const error = await send(target, timeoutMs).catch((caught: unknown) => caught);
  if (!(error instanceof NeuVectorError)) throw new Error(`not refused: ${String(error)}`);
  expect(JSON.stringify([error.message, error.stack, error])).not.toContain("canary");
  return error;
}

const proxyAt = (port: number): Secret => new Secret(`http://u:canary@127.0.0.1:${port}`);

test("a proxy of the environment that the target does not ask for is not used, so a pinned fingerprint is compared", async () => {
  const { good, selfSigned } = await createServerCertificates();
  const proxy = await started(startConnectProxy());
  for (const name of ["HTTPS_PROXY", "https_proxy"]) vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
  const { certificate: cert, key } = good;
  const server = await started(startWebServer({ cert, key }, (_request, response) => response.end("answer")));
  const target = (certificate: string): Target => {
    return {
      protocol: "https",
      server: "127.0.0.1",
      port: server.port,
      tls: { fingerprint: fingerprint256(certificate) },
    };
  };
  await expect(send(target(good.certificate))).resolves.toMatchObject({ body: "answer" });
  expect(await refused(target(selfSigned.certificate))).toMatchObject({ kind: "tls" });
  expect(server.requests).toHaveLength(1);
  expect(proxy.asked).toEqual([]);
});

describe("TLS through a proxy", () => {
  test("is checked end to end: another fingerprint, another CA and another name are refused", async () => {
    const { good, selfSigned, otherName, ca } = await createServerCertificates();
    const proxy = await started(startConnectProxy());
    const serve = async ({ certificate: cert, key }: typeof good) =>
      started(startWebServer({ cert, key }, (_request, response) => response.end("answer")));
    const server = await serve(good);
    const target = (tls: Target["tls"], port = server.port): Target => {
      return { protocol: "https", server: "127.0.0.1", port, tls, proxy: proxyAt(proxy.port) };
    };
    await expect(send(target({ ca }))).resolves.toMatchObject({ body: "answer" });
    await expect(send(target({ fingerprint: fingerprint256(good.certificate) }))).resolves.toMatchObject({
      body: "answer",
    });
    const before = server.requests.length;
    const other = await refused(target({ fingerprint: fingerprint256(selfSigned.certificate) }));
    expect(other).toMatchObject({ kind: "tls", certificate: { fingerprint: fingerprint256(good.certificate) } });
    expect(other.summary).toContain("its fingerprint is not the pinned one");
    expect((await refused(target({}))).summary).toContain("its CA is not trusted here");
    const named = await serve(otherName);
    expect((await refused(target({ ca }, named.port))).summary).toContain("does not carry the name 127.0.0.1");
    expect([server.requests.length, named.requests.length]).toEqual([before, 0]);
    expect(new Set(proxy.asked)).toEqual(new Set([server, named].map(({ port }) => `127.0.0.1:${port} u:canary`)));
  });

  test("a plain token URL goes through it too", async () => {
    const proxy = await started(startConnectProxy());
    const { port } = await started(startWebServer("plain", (_request, response) => response.end("token")));
    const target: Target = { protocol: "http", server: "127.0.0.1", port, tls: {}, proxy: proxyAt(proxy.port) };
    await expect(send(target)).resolves.toMatchObject({ body: "token" });
    expect(proxy.asked).toEqual([`127.0.0.1:${port} u:canary`]);
  });

  test("an IPv6 address is asked for in brackets", async () => {
    const proxy = await started(startConnectProxy());
    const site = await started(startController());
    const tls = { fingerprint: site.fingerprint256 };
    const { port } = site.rest;
    await send({ protocol: "https", server: "fd00::1", port, tls, proxy: proxyAt(proxy.port) });
    expect(proxy.asked).toEqual([`[fd00::1]:${port} u:canary`]);
  });
});

describe("what a proxy refuses is the proxy's error, which never shows its credentials", () => {
  const target = (proxyPort: number): Target => {
    return { protocol: "https", server: "site.example", port: 10443, tls: {}, proxy: proxyAt(proxyPort) };
  };

  test.each([
    ["407 Proxy Authentication Required", "proxy", "Put the proxy's user name and password into proxy"],
    ["403 Forbidden", "proxy", "Let the proxy allow CONNECT to site.example:10443"],
    ["401 Unauthorized", "proxy", "Let the proxy allow CONNECT"],
    ["502 Bad Gateway", "network", "Check proxy, the proxy, and that it reaches site.example:10443"],
  ])("%s", async (refusal, kind, hint) => {
    const proxy = await started(startConnectProxy(refusal));
    const error = await refused(target(proxy.port));
    expect(error.kind).toBe(kind);
    expect(error.summary).toBe(
      `GET https://site.example:10443/v1/eula: the proxy http://127.0.0.1:${proxy.port} (proxy) refused with ${refusal}`,
    );
    expect(error.hint).toContain(hint);
    expect(proxy.asked).toEqual(["site.example:10443 u:canary"]);
  });

  test("silence, which is a timeout that names the proxy", async () => {
    const silent = createServer();
    silent.on("connection", (socket) => open.push({ close: () => socket.destroy() }));
    open.push(silent);
    const port = await listen(silent);
    const error = await refused(target(port), 100);
    expect(error.kind).toBe("timeout");
    expect(error.hint).toContain(`The connection goes through the proxy http://127.0.0.1:${port} (proxy).`);
  });

  test("nobody there", async () => {
    const proxy = await startConnectProxy();
    await proxy.close();
    const error = await refused(target(proxy.port));
    expect(error.kind).toBe("network");
    expect(error.summary).toContain(`the proxy http://127.0.0.1:${proxy.port} (proxy) does not answer (ECONNREFUSED)`);
  });

  test("a variable that names a SOCKS proxy", async () => {
    vi.stubEnv("ALL_PROXY", "socks5://u:canary@proxy.example");
    const error = await refused({ ...target(1), proxy: new Secret("environment") });
    expect(error.kind).toBe("invalid_input");
    expect(error.summary).toContain("ALL_PROXY does not name a proxy that can be used");
  });
});
