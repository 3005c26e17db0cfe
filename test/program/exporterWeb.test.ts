import { mkdirSync, mkdtempSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runExporter, startExporter, type ExporterProcess } from "../support/exporterProcess";
import {
  createTestCa,
  fingerprint256,
  freePort,
  issueCertificate,
  issueClientCertificate,
  type KeyPair,
  startController,
} from "@fedjoin/simulator";
import { httpRequest, type HttpRequestOptions } from "../support/httpRequest";

const password = "canary-scrape-pass";
const hash = "$2y$10$9PjvF9XFCp3CPffr4PnP7uQZctbyEWpEFGeKE.vy7Y/mrmO.5/IY6";
const basic = (user: string, word: string): HttpRequestOptions => ({ auth: `${user}:${word}` });

/** Nothing listens there: these tests are about the other side. */
const env = { CTRL_API_SERVICE: "127.0.0.1:1", CTRL_PASSWORD: "canary-controller" };

let ca: KeyPair;
let first: KeyPair;
let second: KeyPair;
let folder: string;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  ca = await createTestCa();
  [first, second] = await Promise.all([issueCertificate(ca, ["127.0.0.1"]), issueCertificate(ca, ["127.0.0.1"])]);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exporter-web-"));
  closers.push(() => rm(folder, { recursive: true }));
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const write = (name: string, text: string): void => {
  writeFileSync(join(folder, name), text);
};

const writePair = ({ certificate, key }: KeyPair): void => {
  write("tls.crt", certificate);
  write("tls.key", key);
};

const certificateKeys = "tls_server_config:\n  cert_file: tls.crt\n  key_file: tls.key\n";

async function exporter(webConfig: string, ...args: readonly string[]): Promise<ExporterProcess> {
  write("web.yml", webConfig);
  const started = await startExporter({ ...env, WEB_CONFIG_FILE: join(folder, "web.yml") }, ...args);
  closers.push(() => started.stop("SIGKILL"));
  return started;
}

const get = (process: ExporterProcess, path: string, options: HttpRequestOptions = {}) =>
  httpRequest(process.url + path, { ca: ca.certificate, ...options });

describe("R15: a web config with a certificate", () => {
  beforeEach(() => {
    writePair(first);
  });

  test("R15: serves HTTPS only, with the headers it names", async () => {
    const process = await exporter(
      `${certificateKeys}http_server_config: { headers: { Strict-Transport-Security: max-age=60 } }`,
    );
    expect(process.url).toMatch(/^https:/);
    const { status, headers, body, fingerprint } = await get(process, "/metrics");
    expect([status, fingerprint]).toEqual([200, fingerprint256(first.certificate)]);
    expect(headers).toMatchObject({ "strict-transport-security": "max-age=60", "x-content-type-options": "nosniff" });
    expect(body.toString()).toContain("\nnv_exporter_web_config_reload_success 1\n");
    expect((await get(process, "/nowhere")).headers).toMatchObject({ "strict-transport-security": "max-age=60" });
    await expect(httpRequest(process.url.replace("https:", "http:"))).rejects.toThrow();
    await expect(get(process, "/-/healthy", { maxVersion: "TLSv1.1" })).rejects.toThrow();
    expect(await process.stop()).toBe(0);
  });

  test("R15: min_version and cipher_suites decide what is spoken", async () => {
    const suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    const process = await exporter(`${certificateKeys}  cipher_suites: [${suite}]\n  curve_preferences: [CurveP384]`);
    const old: HttpRequestOptions = { maxVersion: "TLSv1.2" };
    expect((await get(process, "/-/healthy")).status).toBe(200);
    expect((await get(process, "/-/healthy", old)).status).toBe(200);
    await expect(get(process, "/-/healthy", { ...old, ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" })).rejects.toThrow();
    await expect(get(process, "/-/healthy", { ecdhCurve: "X25519" })).rejects.toThrow();
    write("web.yml", `${certificateKeys}  min_version: TLS13`);
    await expect(get(process, "/-/healthy", old)).rejects.toThrow();
    expect((await get(process, "/-/healthy")).status).toBe(200);
  });

  test("R15: a rotated certificate is shown at the next handshake, without a restart", async () => {
    const process = await exporter(certificateKeys);
    writePair(second);
    expect((await get(process, "/-/healthy")).fingerprint).toBe(fingerprint256(second.certificate));
    await process.said(/The web config was reloaded/);
  });

  test("R15: a certificate in a mounted Secret is followed, where only a link changes", async () => {
    for (const [name, pair] of [
      ["old", first],
      ["new", second],
    ] as const) {
      mkdirSync(join(folder, name));
      write(`${name}/tls.crt`, pair.certificate);
      write(`${name}/tls.key`, pair.key);
    }
    symlinkSync("old", join(folder, "..data"));
    const process = await exporter("tls_server_config: { cert_file: ..data/tls.crt, key_file: ..data/tls.key }");
    expect((await get(process, "/-/healthy")).fingerprint).toBe(fingerprint256(first.certificate));
    symlinkSync("new", join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    expect((await get(process, "/-/healthy")).fingerprint).toBe(fingerprint256(second.certificate));
  });

  test("R15: a broken rotation keeps the previous certificate, is logged once and shown as a metric", async () => {
    const process = await exporter(certificateKeys);
    write("tls.key", second.key);
    for (let round = 0; round < 3; round++) {
      const { fingerprint, body } = await get(process, "/metrics");
      expect(fingerprint).toBe(fingerprint256(first.certificate));
      expect(body.toString()).toContain("\nnv_exporter_web_config_reload_success 0\n");
      expect(body.toString()).toMatch(/\nnv_exporter_web_config_reload_success_timestamp_seconds \d/);
    }
    expect(process.output().match(/error .*key_file: does not belong to the certificate/g)).toHaveLength(1);
    write("tls.crt", second.certificate);
    const mended = await get(process, "/metrics");
    expect(mended.fingerprint).toBe(fingerprint256(second.certificate));
    expect(mended.body.toString()).toContain("\nnv_exporter_web_config_reload_success 1\n");
  });

  test("R15: lets in only clients with a certificate of the CA and an allowed name", async () => {
    const [good, otherName, otherCa] = await Promise.all([
      issueClientCertificate(ca, ["prometheus.example.com"]),
      issueClientCertificate(ca, ["mallory.example.com"]),
      createTestCa().then((other) => issueClientCertificate(other, ["prometheus.example.com"])),
    ]);
    write("ca.crt", ca.certificate);
    const asked = `${certificateKeys}  client_ca_file: ca.crt\n`;
    const sans = "  client_allowed_sans: [prometheus.example.com]\n";
    const process = await exporter(`${asked}  client_auth_type: RequireAndVerifyClientCert\n${sans}`);
    const answerTo = (shown: KeyPair | undefined) =>
      get(process, "/-/healthy", shown === undefined ? {} : { cert: shown.certificate, key: shown.key }).then(
        ({ status }) => status,
        () => "none",
      );
    const answers = async () => [
      await answerTo(undefined),
      await answerTo(otherCa),
      await answerTo(otherName),
      await answerTo(good),
    ];
    expect(await answers()).toEqual(["none", "none", "none", 200]);
    write("web.yml", `${asked}  client_auth_type: RequireAnyClientCert\n${sans}`);
    expect(await answers()).toEqual(["none", 200, "none", 200]);
    write("web.yml", `${asked}  client_auth_type: VerifyClientCertIfGiven\n`);
    expect(await answers()).toEqual([200, "none", 200, 200]);
  });
});

test("R15: a client that resumes its session is judged again, by the CA of now", async () => {
  writePair(first);
  write("ca.crt", ca.certificate);
  const { certificate: cert, key } = await issueClientCertificate(ca, ["prometheus.example.com"]);
  const process = await exporter(
    `${certificateKeys}  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n`,
  );
  const agent = new Agent({ ca: ca.certificate, cert, key });
  const again = () => get(process, "/-/healthy", { agent });
  expect(await again()).toMatchObject({ status: 200, isResumed: false });
  expect(await again()).toMatchObject({ status: 200, isResumed: true });
  write("ca.crt", (await createTestCa()).certificate);
  await expect(again()).rejects.toThrow();
});

describe("R15: a web config with users", () => {
  test("R15: asks for a password on every path, and never writes one", async () => {
    const process = await exporter(`basic_auth_users: { prometheus: "${hash}" }`);
    await process.said(/passwords are sent in plain text/);
    for (const path of ["/", "/metrics", "/-/healthy", "/-/ready", "/nowhere"]) {
      const { status, headers } = await get(process, path);
      expect([status, headers["www-authenticate"]]).toEqual([401, 'Basic realm="fedjoin-exporter", charset="UTF-8"']);
    }
    expect((await get(process, "/-/healthy", basic("prometheus", password))).status).toBe(200);
    expect((await get(process, "/nowhere", basic("prometheus", password))).status).toBe(404);
    expect((await get(process, "/-/healthy", basic("prometheus", "canary-wrong"))).status).toBe(401);
    expect((await get(process, "/-/healthy", basic("canary-user", password))).status).toBe(401);
    expect(process.output()).not.toContain("canary");
  });

  test("R15: a removed user is refused also on a connection that is open", async () => {
    writePair(first);
    const process = await exporter(`${certificateKeys}basic_auth_users: { prometheus: "${hash}" }`);
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: ca.certificate });
    const again = () => get(process, "/-/healthy", { ...basic("prometheus", password), agent });
    expect((await again()).status).toBe(200);
    write("web.yml", `${certificateKeys}basic_auth_users: { somebody: "${hash}" }`);
    expect((await again()).status).toBe(401);
    agent.destroy();
  });

  test("a rate limit answers 429", async () => {
    const process = await exporter("rate_limit: { interval: 1h, burst: 2 }");
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await get(process, "/-/healthy")).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

test("R15: --config.check tells every problem of a web config, and nothing starts with one", async () => {
  writePair(first);
  write("tls.key", second.key);
  write("web.yml", `${certificateKeys}  min_versoin: TLS13\nbasic_auth_users: { prometheus: canary }`);
  const given = { ...env, WEB_CONFIG_FILE: join(folder, "web.yml") };
  for (const args of [["--config.check"], []]) {
    const { code, output } = await runExporter(given, ...args);
    expect(code).toBe(1);
    expect(output.trimEnd().split("\n")).toEqual([
      "Configuration validation failed:",
      "- WEB_CONFIG_FILE: tls_server_config.min_versoin: unknown key, did you mean min_version?",
      "- WEB_CONFIG_FILE: basic_auth_users.prometheus: expected a bcrypt hash, such as htpasswd -nBC 10 prints",
      "- WEB_CONFIG_FILE: tls_server_config.key_file: does not belong to the certificate",
      "See --help for all settings and flags",
    ]);
  }
  writePair(first);
  write("web.yml", certificateKeys);
  expect(await runExporter(given, "--config.check")).toEqual({ code: 0, output: "The configuration is valid\n" });
});

test("R11: the command line of the Python exporter starts this one", async () => {
  const users = [{ username: "scraper", password: "canary-argument", role: "reader" }] as const;
  const site = await startController({ users });
  closers.push(() => site.close());
  const port = String(await freePort());
  const process = await startExporter(
    { CTRL_TLS_FINGERPRINT: site.fingerprint256, CTRL_PASSWORD: "overridden" },
    ...["-e", port, "-s", `${site.rest.server}:${site.rest.port}`, "-u", "scraper", "-p", "canary-argument"],
  );
  closers.push(() => process.stop("SIGKILL"));
  expect(new URL(process.url).port).toBe(port);
  expect(await process.scrape()).toContain("\nnv_up 1\n");
  await process.said(/warn .*use CTRL_PASSWORD_FILE/);
  expect(process.output()).not.toContain("canary");
});

describe("over HTTP", () => {
  const start = () => exporter("");

  test("HEAD has the headers of GET, and no body", async () => {
    const process = await start();
    const headers = { "accept-encoding": "gzip" };
    for (const path of ["/", "/-/healthy", "/nowhere"]) {
      const [whole, head] = [await get(process, path), await get(process, path, { method: "HEAD" })];
      expect(head.body.byteLength).toBe(0);
      expect(head.headers["content-length"]).toBe(String(whole.body.byteLength));
      expect([head.status, { ...head.headers, date: "" }]).toEqual([whole.status, { ...whole.headers, date: "" }]);
    }
    const scrape = await get(process, "/metrics", { method: "HEAD", headers });
    expect([scrape.status, scrape.headers["content-length"]]).toEqual([200, undefined]);
  });

  test("404, 405, gzip and OpenMetrics", async () => {
    const process = await start();
    expect((await get(process, "/metrics/")).status).toBe(404);
    const refused = await get(process, "/metrics", { method: "DELETE" });
    expect([refused.status, refused.headers.allow]).toEqual([405, "GET, HEAD"]);
    const compressed = await get(process, "/metrics", {
      headers: { "accept-encoding": "gzip", accept: "application/openmetrics-text; version=1.0.0" },
    });
    expect(compressed.headers).toMatchObject({
      "content-encoding": "gzip",
      "content-length": String(compressed.body.byteLength),
      "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8",
      vary: "Accept, Accept-Encoding",
      "x-content-type-options": "nosniff",
    });
    expect(gunzipSync(compressed.body).toString()).toMatch(/\n# EOF\n$/);
  });

  test("a body that is too long is answered with 413, whether it says so or not", async () => {
    const process = await start();
    const chunk = new Uint8Array(40_000);
    const tooLong = await get(process, "/metrics", { method: "POST", chunks: [chunk, chunk] });
    expect([tooLong.status, tooLong.headers.connection]).toEqual([413, "close"]);
    const headers = { "content-length": "80000" };
    expect((await get(process, "/metrics", { method: "POST", headers, chunks: [chunk] })).status).toBe(413);
    const short = { "content-length": "40000" };
    expect((await get(process, "/metrics", { method: "POST", headers: short, chunks: [chunk] })).status).toBe(405);
  });

  test("the landing page has a strict policy and follows the path of the metrics", async () => {
    const process = await exporter("", "--web.telemetry-path=/deep/metrics");
    const { headers, body } = await get(process, "/");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(body.toString()).toContain('href="deep/metrics"');
    expect((await get(process, "/deep/metrics")).status).toBe(200);
  });
});

describe("--health", () => {
  const health = (process: ExporterProcess, file = "web.yml") =>
    runExporter(
      {
        EXPORTER_ADDRESS: new URL(process.url).host,
        WEB_CONFIG_FILE: join(folder, file),
      },
      "--health",
    );
  const healthy = { code: 0, output: "healthy\n" };

  test("says 0 of an exporter that lives, whatever it asks of its clients, and 1 of one that does not", async () => {
    const plain = await exporter("");
    expect(await health(plain)).toEqual(healthy);
    write("web.yml", `basic_auth_users: { prometheus: "${hash}" }`);
    expect((await get(plain, "/-/healthy")).status).toBe(401);
    expect(await health(plain)).toEqual(healthy);
    await plain.stop();
    expect(await health(plain)).toEqual({ code: 1, output: "unhealthy: no answer (ECONNREFUSED)\n" });
  });

  test("over TLS believes only the certificate of the web config", async () => {
    writePair(first);
    write("ca.crt", ca.certificate);
    const process = await exporter(certificateKeys);
    expect(await health(process)).toEqual(healthy);
    write("own.yml", JSON.stringify({ tls_server_config: { cert: second.certificate, key: second.key } }));
    expect(await health(process, "own.yml")).toEqual({
      code: 1,
      output: "unhealthy: the certificate is not that of the web config\n",
    });
    write("tls.key", "broken");
    expect(await health(process)).toEqual(healthy);
  });

  test("of an exporter that wants a client's certificate is told by the handshake", async () => {
    writePair(first);
    write("ca.crt", ca.certificate);
    const process = await exporter(
      `${certificateKeys}  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert`,
    );
    await expect(get(process, "/-/healthy")).rejects.toThrow();
    expect(await health(process)).toEqual(healthy);
  });
});
