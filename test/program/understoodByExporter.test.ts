import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { parseCommand } from "../../exporter/src/settings/command";
import type { ExporterEnvironmentArgs } from "../../stacks/src/components/exporterArgs";
import { exporterEnvironment } from "../../stacks/src/components/exporterEnvironment";
import { caCertificate } from "../support/caCertificate";

const resolve = (values: Readonly<Record<string, pulumi.Input<string>>>) =>
  new Promise<Readonly<Record<string, string>>>((done) => {
    pulumi.output(values).apply(done);
  });

/** What the exporter reads inside the pod: its environment, and files at the paths they are mounted at. */
async function readByExporter(args: ExporterEnvironmentArgs) {
  const { settings, secrets, caFiles, secretFiles } = exporterEnvironment(args);
  const ca = Object.entries(await resolve(caFiles)).map(([file, text]) => [`/etc/fedjoin/ca/${file}`, text] as const);
  const secret = Object.entries(await resolve(secretFiles)).map(
    ([file, text]) => [`/etc/fedjoin/secret/${file}`, text] as const,
  );
  const files = new Map<string, string>([...ca, ...secret]);
  const readFile = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw new Error(`no file ${path}`);
    return text;
  };
  return parseCommand({ argv: [], env: { ...(await resolve(settings)), ...(await resolve(secrets)) }, readFile });
}

const certificate = caCertificate.trim();
const controller = { server: "10.0.0.1", port: 443, credentials: { username: "reader", password: "pw" } };

describe("the exporter", () => {
  test("R2, R3, R4, R5, R6, R7, R8: is given every setting of a join, and its secrets apart", async () => {
    const { settings, secrets, secretFiles } = exporterEnvironment({
      port: 8068,
      controller: { server: "fd00::1", port: 443, credentials: { apiKey: "reader:key" } },
      join: {
        ...{ storeId: "u1", name: "u1-fixed", joinVia: "master", jointRest: { server: "10.0.0.1", port: 443 } },
        master: { rest: { server: "hq" }, federation: { server: "fed" }, tls: { fingerprint: ["ab", "cd"] } },
        joinTokenUrl: "https://tokens/",
        joinTokenUrlOptions: { allowHttp: false, bearer: "bearer", tls: { verify: false } },
        retry: { maxRetries: 3, initialDelaySeconds: 0.5, maxDelaySeconds: 60, jitter: "full" },
      },
    });
    expect(await resolve(settings)).toEqual({
      CTRL_API_SERVICE: "[fd00::1]:443",
      EXPORTER_PORT: "8068",
      EXPORTER_STATE_DIR: "/var/lib/fedjoin",
      ENABLE_FED_JOIN: "true",
      PAAS_STORE_ID: "u1",
      JOIN_CLUSTER_NAME: "u1-fixed",
      JOINT_REST_SERVER: "10.0.0.1",
      JOINT_REST_PORT: "443",
      JOIN_VIA: "master",
      JOIN_CREDENTIALS: "none",
      MASTER_CLUSTER_ADDRESS: "hq",
      MASTER_CLUSTER_PORT: "10443",
      MASTER_TLS_FINGERPRINT: "ab,cd",
      JOIN_FEDERATION_SERVER: "fed",
      JOIN_FEDERATION_PORT: "11443",
      JOIN_TOKEN_URL_ALLOW_HTTP: "false",
      JOIN_TOKEN_URL_BEARER_FILE: "/etc/fedjoin/secret/join-token-url-bearer",
      JOIN_TOKEN_URL_TLS_VERIFY: "false",
      MAX_JOIN_RETRIES: "3",
      JOIN_INITIAL_DELAY_SECONDS: "0.5",
      JOIN_MAX_DELAY_SECONDS: "60",
      JOIN_JITTER: "full",
    });
    expect(await resolve(secrets)).toEqual({ CTRL_APIKEY: "reader:key", JOIN_TOKEN_URL: "https://tokens/" });
    expect(await resolve(secretFiles)).toEqual({ "join-token-url-bearer": "bearer" });
  });

  test("is given every setting of a push, and its secrets apart", async () => {
    const args = {
      ...{ port: 8068, controller },
      push: {
        ...{ url: "https://metrics.example.com/v1/metrics?canary", intervalSeconds: 30, allowHttp: false },
        bearer: "canary-bearer",
        tls: { ca: certificate, serverName: "metrics" },
        attributes: { "service.instance.id": "store 17", "k8s.cluster.uid": pulumi.output("a,b=c") },
      },
    } satisfies ExporterEnvironmentArgs;
    expect(JSON.stringify(await resolve(exporterEnvironment(args).settings))).not.toContain("canary");
    const command = await readByExporter(args);
    if (command.does !== "run") throw new Error(JSON.stringify(command));
    const { push } = command.config;
    expect(push).toMatchObject({
      target: { server: "metrics.example.com", tls: { ca: certificate, serverName: "metrics", verify: true } },
      intervalMs: 30_000,
    });
    expect([push?.path.reveal(), push?.authorization?.reveal()]).toEqual([
      "/v1/metrics?canary",
      "Bearer canary-bearer",
    ]);
    expect([...(push?.attributes ?? [])]).toEqual([
      ["service.instance.id", "store 17"],
      ["k8s.cluster.uid", "a,b=c"],
    ]);
    const { url } = args.push;
    const credentials = { username: "store", password: "pass" };
    const other = await readByExporter({ ...args, push: { url, credentials } });
    expect(other.does === "run" && other.config.push?.authorization?.reveal()).toBe(`Basic ${btoa("store:pass")}`);
  });

  test("takes every setting that the stack gives it, with the same meaning", async () => {
    const retry = { maxRetries: 3, initialDelaySeconds: 0.5, maxDelaySeconds: 60, jitter: "full" } as const;
    const jointRest = { server: "10.0.0.1", port: 443 };
    const command = await readByExporter({
      port: 9100,
      controller: { ...controller, tls: { ca: certificate, serverName: "neuvector" } },
      env: { LOG_FORMAT: "json" },
      join: {
        ...{
          storeId: "u1",
          name: "u1-fixed",
          joinVia: "master",
          credentials: { apiKey: "join:key" },
          jointRest,
          retry,
        },
        master: { rest: { server: "hq" }, federation: { server: "fed" }, tls: { ca: certificate } },
        ...{ joinTokenUrl: "http://tokens/", joinTokenUrlOptions: { allowHttp: true, bearer: "bearer-text" } },
      },
    });
    const master = { rest: { server: "hq", port: 10443 }, federation: { server: "fed", port: 11443 } };
    const config = {
      ...{ membership: { storeId: "u1", name: "u1-fixed", jointRest, master }, via: "master" },
      ...{ masterRest: master.rest, masterTls: { ca: certificate }, retry },
      account: { is: "own", credentials: { kind: "apiKey" } },
    };
    expect(command).toMatchObject({
      does: "run",
      config: {
        controller: { address: { server: "10.0.0.1", port: 443 }, tls: { ca: certificate, serverName: "neuvector" } },
        ...{ web: { port: 9100 }, log: { format: "json" }, join: { state: "on", config } },
      },
    });
  });

  test("takes the proxies that the stack gives it, which are in the Secret alone", async () => {
    const proxied = (port: number) => `http://u:canary@proxy:${port}`;
    const args: ExporterEnvironmentArgs = {
      port: 8068,
      controller: { ...controller, proxy: proxied(1) },
      join: {
        ...{ storeId: "u1", joinVia: "master", jointRest: { server: "10.0.0.1", port: 443 } },
        master: { rest: { server: "hq", proxy: pulumi.secret(proxied(2)) } },
        joinTokenUrl: "https://tokens/",
        joinTokenUrlOptions: { proxy: proxied(3) },
      },
    };
    const { settings, secrets } = exporterEnvironment(args);
    expect(JSON.stringify(await resolve(settings))).not.toContain("canary");
    expect(await resolve(secrets)).toMatchObject({
      CTRL_PROXY: proxied(1),
      MASTER_PROXY: proxied(2),
      JOIN_TOKEN_URL_PROXY: proxied(3),
    });
    const command = await readByExporter(args);
    if (command.does !== "run" || command.config.join.state !== "on") throw new Error("refused");
    const { masterRest, token } = command.config.join.config;
    const proxies = [command.config.controller?.address.proxy, masterRest.proxy, token.kind === "url" && token.proxy];
    expect(proxies.map((proxy) => proxy && proxy.reveal())).toEqual([1, 2, 3].map(proxied));
  });

  test("R1: keeps its join off where the stack's FedJoin owns the membership", async () => {
    expect(await readByExporter({ port: 8068, controller })).toMatchObject({
      does: "run",
      config: { join: { state: "off" } },
    });
  });

  test("sends no account to a master that none was given for", async () => {
    const join = { storeId: "u1", jointRest: controller, master: { rest: { server: "hq" } }, joinToken: "e30=" };
    const accountOf = async (joinVia: "controller" | "master") =>
      readByExporter({ port: 8068, controller, join: { ...join, joinVia } });
    expect(await accountOf("master")).toMatchObject({ config: { join: { config: { account: { is: "none" } } } } });
    expect(await accountOf("controller")).toMatchObject({
      config: { join: { config: { account: { is: "controllers" } } } },
    });
  });
});
