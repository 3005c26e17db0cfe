import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startController } from "@fedjoin/simulator";
import { createServerCertificates, fingerprint256, type ServerCertificates } from "../../support/serverCertificates";
import { startWebServer, type WebServer } from "../../support/webServer";
import { startExporter, type ExporterProcess } from "../../support/exporterProcess";

/** What the server in place of a controller answers to everything. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const page = "<!doctype html><title>Console</title>";
const html = (status: number): Answer => ({ status, type: "text/html", body: page });
const json = (status: number, body: object): Answer => ({
  status,
  type: "application/json",
  body: JSON.stringify(body),
});

let certificates: ServerCertificates;
let server: WebServer;
let answer: Answer = html(404);
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  certificates = await createServerCertificates();
  const { certificate: cert, key } = certificates.selfSigned;
  server = await startWebServer({ cert, key }, (_request, response) => {
    response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  });
});

afterAll(() => server.close());

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function exporterOf(
  at: { readonly server: string; readonly port: number },
  fingerprint: string,
  account: Readonly<Record<string, string>>,
): Promise<ExporterProcess> {
  const process = await startExporter({
    CTRL_API_SERVICE: `${at.server}:${at.port}`,
    CTRL_TLS_FINGERPRINT: fingerprint,
    ...account,
  });
  closers.push(() => process.stop("SIGKILL"));
  return process;
}

const strangers: readonly [string, Answer][] = [
  ["404 with HTML", html(404)],
  ["405 with HTML", html(405)],
  ["403 with HTML", html(403)],
  ["412 with HTML", html(412)],
  ["200 with HTML", html(200)],
  ["404 with other JSON", json(404, { message: "no such page" })],
  ["404/1, as a master's federation port", json(404, { code: 1, error: "URL not found", message: "URL not found" })],
];

describe("nv_up is 1 only when the controller gave data", () => {
  test.each([
    ["a user", { CTRL_USERNAME: "scraper", CTRL_PASSWORD: "Canary-pass-7c1e" }],
    ["an API key", { CTRL_APIKEY: `scraper:${"x".repeat(64)}` }],
  ])("a server that is not a controller is nv_up 0, whatever it answers; with %s", async (_name, account) => {
    const process = await exporterOf(server, fingerprint256(certificates.selfSigned.certificate), account);
    for (const [name, given] of strangers) {
      answer = given;
      const text = await process.scrape();
      expect(`${name}: ${/^nv_up .*$/m.exec(text)?.[0]}`).toBe(`${name}: nv_up 0`);
      const isFromOutside = !given.body.includes('"code"');
      if (isFromOutside) expect(`${name}: ${successes(text).join()}`).toBe(`${name}: `);
    }
    answer = html(403);
    expect((await fetch(`${process.url}/sd`)).status, "an empty list would end the scrapes of all members").toBe(503);
    const landing = await (await fetch(process.url)).text();
    expect(landing).toContain("The controller gives no data");
  });

  test("412 off Kubernetes is a success of that group, and no error among the exporter's requests", async () => {
    const site = await startController({
      users: [{ username: "scraper", password: "Canary-pass-7c1e", role: "reader" }],
    });
    closers.push(() => site.close());
    const account = { CTRL_USERNAME: "scraper", CTRL_PASSWORD: "Canary-pass-7c1e" };
    const process = await exporterOf(site.rest, site.fingerprint256, account);
    const text = await process.scrape();
    expect(text).toContain("\nnv_up 1\n");
    expect(successes(text)).toContain("admission");
    expect(text).not.toContain("nv_scrape_collector_failure{");
    const requests = text.split("\n").filter((line) => line.startsWith("nv_exporter_controller_requests_total{"));
    expect(requests).toEqual([expect.stringContaining('result="success"')]);
    const only = await (await fetch(`${process.url}/metrics?collect[]=admission`)).text();
    expect(only).toContain('nv_scrape_collector_success{collector="admission"} 1\n');
    expect(only).toContain("\nnv_up 0\n");
  });
});

const successes = (text: string): string[] =>
  [...text.matchAll(/^nv_scrape_collector_success\{collector="([^"]+)"\} 1$/gm)].map(([, name = ""]) => name);
