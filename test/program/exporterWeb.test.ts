import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { Agent } from "node:https";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  createTestCa,
  fingerprint256,
  freePort,
  issueCertificate,
  issueClientCertificate,
  type KeyPair,
} from "@fedjoin/simulator";
import { beforeAll, describe, expect } from "vitest";
import { runExporter, type ExporterProcess } from "../support/exporterProcess";
import { test as base } from "../support/fixtures";
import { httpRequest, type HttpRequestOptions } from "../support/httpRequest";

const user: HttpRequestOptions = { auth: "prometheus:canary-scrape-pass" };
const hash = "$2y$10$9PjvF9XFCp3CPffr4PnP7uQZctbyEWpEFGeKE.vy7Y/mrmO.5/IY6";
const users = `basic_auth_users: { prometheus: "${hash}" }`;

/** Nothing listens there: these tests are about the other side. */
const env = { CTRL_API_SERVICE: "127.0.0.1:1", CTRL_PASSWORD: "canary-controller" };

let ca: KeyPair;
let first: KeyPair;
let second: KeyPair;

beforeAll(async () => {
  ca = await createTestCa();
  [first, second] = await Promise.all([issueCertificate(ca, ["127.0.0.1"]), issueCertificate(ca, ["127.0.0.1"])]);
});

const certificate = "tls_server_config:\n  cert_file: tls.crt\n  key_file: tls.key\n";
const clientCa = `${certificate}  client_ca_file: ca.crt\n  client_auth_type: `;

const test = base
  .extend("write", ({ folder }) => (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
  })
  /** Writes the certificate that the web config names. */
  .extend("writePair", ({ write }) => (pair: KeyPair, prefix = "") => {
    write(`${prefix}tls.crt`, pair.certificate);
    write(`${prefix}tls.key`, pair.key);
  })
  /** Starts an exporter with this web config, and with the first certificate and the CA beside it. */
  .extend("serve", ({ folder, write, writePair, startExporter }) => (webConfig: string) => {
    write("web.yml", webConfig);
    write("ca.crt", ca.certificate);
    writePair(first);
    return startExporter({ ...env, WEB_CONFIG_FILE: join(folder, "web.yml") });
  });

const get = (process: ExporterProcess, path = "/-/healthy", options: HttpRequestOptions = {}) =>
  httpRequest(process.url + path, { ca: ca.certificate, ...options });

const statusOf = async (process: ExporterProcess, options: HttpRequestOptions = {}) =>
  (await get(process, "/-/healthy", options)).status;

const shownBy = async (process: ExporterProcess) => (await get(process)).fingerprint;

describe("R15: a web config with a certificate", () => {
  test("R15: serves HTTPS only, with the headers it names", async ({ serve }) => {
    const headers = "http_server_config: { headers: { Strict-Transport-Security: max-age=60 } }";
    const process = await serve(certificate + headers);
    const reply = await get(process, "/metrics");
    expect(reply).toMatchObject({
      status: 200,
      fingerprint: fingerprint256(first.certificate),
      headers: { "strict-transport-security": "max-age=60", "x-content-type-options": "nosniff" },
    });
    expect(reply.body.toString()).toContain("\nnv_exporter_web_config_reload_success 1\n");
    expect((await get(process, "/nowhere")).headers).toMatchObject({ "strict-transport-security": "max-age=60" });
    await expect(httpRequest(process.url.replace("https:", "http:"))).rejects.toThrow();
    await expect(get(process, "/", { maxVersion: "TLSv1.1" })).rejects.toThrow();
    expect(await process.stop()).toBe(0);
  });

  test("R15: offers only the versions, cipher suites and curves it names", async ({ serve, write }) => {
    const suites = "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n";
    const process = await serve(`${certificate}${suites}  curve_preferences: [CurveP384]`);
    const old = { maxVersion: "TLSv1.2" } as const;
    expect([await statusOf(process), await statusOf(process, old)]).toEqual([200, 200]);
    await expect(get(process, "/", { ...old, ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" })).rejects.toThrow();
    await expect(get(process, "/", { ecdhCurve: "X25519" })).rejects.toThrow();
    write("web.yml", `${certificate}  min_version: TLS13`);
    await expect(get(process, "/", old)).rejects.toThrow();
  });

  test("R15: follows a mounted Secret, where only a link changes", async ({ serve, writePair, folder }) => {
    for (const [name, pair] of [
      ["old", first],
      ["new", second],
    ] as const) {
      mkdirSync(join(folder, name));
      writePair(pair, `${name}/`);
    }
    symlinkSync("old", join(folder, "..data"));
    const process = await serve("tls_server_config: { cert_file: ..data/tls.crt, key_file: ..data/tls.key }");
    expect(await shownBy(process)).toBe(fingerprint256(first.certificate));
    symlinkSync("new", join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    expect(await shownBy(process)).toBe(fingerprint256(second.certificate));
  });

  test("R15: keeps the previous certificate during a broken rotation, and shows that as a metric", async ({
    serve,
    write,
  }) => {
    const process = await serve(certificate);
    write("tls.key", second.key);
    const { fingerprint, body } = await get(process, "/metrics");
    expect(fingerprint).toBe(fingerprint256(first.certificate));
    expect(body.toString()).toMatch(/\nnv_exporter_web_config_reload_success 0\n[^]*success_timestamp_seconds \d/);
    write("tls.crt", second.certificate);
    expect(await shownBy(process)).toBe(fingerprint256(second.certificate));
  });

  test("R15: lets in only clients with a certificate of the CA and an allowed name", async ({ serve, write }) => {
    const shown = await Promise.all([
      issueClientCertificate(await createTestCa(), ["prometheus.example.com"]),
      issueClientCertificate(ca, ["mallory.example.com"]),
      issueClientCertificate(ca, ["prometheus.example.com"]),
    ]);
    const sans = "  client_allowed_sans: [prometheus.example.com]\n";
    const process = await serve(`${clientCa}RequireAndVerifyClientCert\n${sans}`);
    const answers = async () => {
      const found = [];
      for (const options of [{}, ...shown.map(({ certificate: cert, key }) => ({ cert, key }))]) {
        found.push(await statusOf(process, options).catch(() => "none"));
      }
      return found;
    };
    expect(await answers()).toEqual(["none", "none", "none", 200]);
    write("web.yml", `${clientCa}RequireAnyClientCert\n${sans}`);
    expect(await answers()).toEqual(["none", 200, "none", 200]);
    write("web.yml", `${clientCa}VerifyClientCertIfGiven\n`);
    expect(await answers()).toEqual([200, "none", 200, 200]);
  });

  test("R15: checks a client again that resumes its session, by the current CA", async ({ serve, write }) => {
    const { certificate: cert, key } = await issueClientCertificate(ca, ["prometheus.example.com"]);
    const process = await serve(`${clientCa}RequireAndVerifyClientCert\n`);
    const agent = new Agent({ ca: ca.certificate, cert, key });
    for (const isResumed of [false, true]) {
      expect(await get(process, "/-/healthy", { agent })).toMatchObject({ status: 200, isResumed });
    }
    write("ca.crt", (await createTestCa()).certificate);
    await expect(get(process, "/-/healthy", { agent })).rejects.toThrow();
  });
});

describe("R15: a web config with users", () => {
  test("R15: asks for a password on every path, and never logs one", async ({ serve }) => {
    const process = await serve(users);
    await process.said(/passwords are sent in plain text/);
    for (const path of ["/", "/metrics", "/-/healthy", "/-/ready", "/nowhere"]) {
      const { status, headers } = await get(process, path);
      expect([status, headers["www-authenticate"]]).toEqual([401, 'Basic realm="fedjoin-exporter", charset="UTF-8"']);
    }
    const statuses = [];
    for (const auth of [user.auth, "prometheus:canary-wrong", "canary-user:canary-scrape-pass"]) {
      statuses.push(await statusOf(process, { auth: auth ?? "" }));
    }
    expect([...statuses, (await get(process, "/nowhere", user)).status]).toEqual([200, 401, 401, 404]);
    expect(process.output()).not.toContain("canary");
  });

  test("R15: refuses a removed user also on an open connection", async ({ serve, write }) => {
    const process = await serve(certificate + users);
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: ca.certificate });
    expect(await statusOf(process, { ...user, agent })).toBe(200);
    write("web.yml", certificate + users.replace("prometheus", "somebody"));
    expect(await statusOf(process, { ...user, agent })).toBe(401);
    agent.destroy();
  });
});

test("R15: nothing starts with an invalid web config, of which --config.check reports every problem", async ({
  folder,
  write,
  writePair,
}) => {
  writePair(first);
  write("tls.key", second.key);
  write("web.yml", `${certificate}  min_versoin: TLS13`);
  for (const args of [["--config.check"], []]) {
    const { code, output } = await runExporter({ ...env, WEB_CONFIG_FILE: join(folder, "web.yml") }, ...args);
    expect(code).toBe(1);
    expect(output.trimEnd().split("\n")).toEqual([
      "Configuration validation failed:",
      "- WEB_CONFIG_FILE: tls_server_config.min_versoin: unknown key, did you mean min_version?",
      "- WEB_CONFIG_FILE: tls_server_config.key_file: does not belong to the certificate",
      "See --help for all settings and flags",
    ]);
  }
  expect(await runExporter(env, "--config.check")).toEqual({ code: 0, output: "The configuration is valid\n" });
});

test("R11: the command line of the Python exporter starts this one", async ({ startController, startExporter }) => {
  const account = { username: "scraper", password: "canary-argument", role: "reader" } as const;
  const site = await startController({ users: [account] });
  const port = String(await freePort());
  const process = await startExporter(
    { CTRL_TLS_FINGERPRINT: site.fingerprint256, CTRL_PASSWORD: "overridden" },
    ...["-e", port, "-s", `${site.rest.server}:${site.rest.port}`, "-u", account.username, "-p", account.password],
  );
  expect(new URL(process.url).port).toBe(port);
  expect(await process.scrape()).toContain("\nnv_up 1\n");
  await process.said(/warn .*use CTRL_PASSWORD_FILE/);
  expect(process.output()).not.toContain("canary");
});

describe("over HTTP", () => {
  test("HEAD has the headers of GET, and no body", async ({ serve }) => {
    const process = await serve("");
    for (const path of ["/", "/-/healthy", "/nowhere"]) {
      const [whole, head] = [await get(process, path), await get(process, path, { method: "HEAD" })];
      expect([head.body.byteLength, head.status]).toEqual([0, whole.status]);
      expect({ ...head.headers, date: "" }).toEqual({ ...whole.headers, date: "" });
      expect(head.headers["content-length"]).toBe(String(whole.body.byteLength));
    }
    const scrape = await get(process, "/metrics", { method: "HEAD", headers: { "accept-encoding": "gzip" } });
    expect([scrape.status, scrape.headers["content-length"]]).toEqual([200, undefined]);
  });

  test("a scrape may be compressed, and in OpenMetrics", async ({ serve }) => {
    const accept = "application/openmetrics-text; version=1.0.0";
    const options = { headers: { "accept-encoding": "gzip", accept } };
    const { headers, body } = await get(await serve(""), "/metrics", options);
    expect(headers).toMatchObject({
      "content-encoding": "gzip",
      "content-length": String(body.byteLength),
      "content-type": `${accept}; charset=utf-8`,
      vary: "Accept, Accept-Encoding",
      "x-content-type-options": "nosniff",
    });
    expect(gunzipSync(body).toString()).toMatch(/\n# EOF\n$/);
  });

  test("a body that is too long is answered with 413, with and without a declared length", async ({ serve }) => {
    const process = await serve("");
    const chunk = new Uint8Array(40_000);
    const post = (options: HttpRequestOptions) => get(process, "/metrics", { method: "POST", ...options });
    const tooLong = await post({ chunks: [chunk, chunk] });
    expect([tooLong.status, tooLong.headers.connection]).toEqual([413, "close"]);
    expect((await post({ headers: { "content-length": "80000" }, chunks: [chunk] })).status).toBe(413);
    expect((await post({ headers: { "content-length": "40000" }, chunks: [chunk] })).status).toBe(405);
  });
});

describe("--health", () => {
  const healthy = { code: 0, output: "healthy\n" };
  const healthTest = test.extend(
    "health",
    ({ folder }) =>
      ({ url }: ExporterProcess, file = "web.yml") =>
        runExporter({ EXPORTER_ADDRESS: new URL(url).host, WEB_CONFIG_FILE: join(folder, file) }, "--health"),
  );

  healthTest(
    "is 0 for a living exporter, whatever it asks of its clients, and 1 for a dead one",
    async ({ serve, health }) => {
      const process = await serve(users);
      expect([await statusOf(process), await health(process)]).toEqual([401, healthy]);
      await process.stop();
      expect(await health(process)).toEqual({ code: 1, output: "unhealthy: no answer (ECONNREFUSED)\n" });
    },
  );

  healthTest("trusts only the certificate of the web config over TLS", async ({ serve, write, health }) => {
    const process = await serve(certificate);
    expect(await health(process)).toEqual(healthy);
    write("own.yml", JSON.stringify({ tls_server_config: { cert: second.certificate, key: second.key } }));
    const output = "unhealthy: the certificate is not that of the web config\n";
    expect(await health(process, "own.yml")).toEqual({ code: 1, output });
    write("tls.key", "broken");
    expect(await health(process)).toEqual(healthy);
  });

  healthTest("is told by the handshake of an exporter that wants a client's certificate", async ({ serve, health }) => {
    const process = await serve(`${clientCa}RequireAndVerifyClientCert`);
    await expect(get(process)).rejects.toThrow();
    expect(await health(process)).toEqual(healthy);
  });
});
