import { describe, expect } from "vitest";
import { createServerCertificates, fingerprint256 } from "../../support/serverCertificates";
import { test as base } from "../../support/fixtures";
import { startWebServer } from "../../support/webServer";

/** What a server in place of a controller answers to everything. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}
const html = (status: number): Answer => ({ status, type: "text/html", body: "<title>Console</title>" });
const json = (body: object): Answer => ({ status: 404, type: "application/json", body: JSON.stringify(body) });

const strangers: readonly [string, Answer][] = [
  ...[404, 405, 403, 412, 200].map((status): [string, Answer] => [`${status} with HTML`, html(status)]),
  ["404 with other JSON", json({ message: "no such page" })],
  ["404/1, as a master's federation port", json({ code: 1, error: "URL not found", message: "URL not found" })],
];

/** A server whose answer can be changed. */
const test = base.extend("stranger", async ({ closing }) => {
  const { certificate: cert, key } = (await createServerCertificates()).selfSigned;
  const shown = { answer: html(404) };
  const server = await startWebServer({ cert, key }, (_request, response) => {
    response.writeHead(shown.answer.status, { "content-type": shown.answer.type }).end(shown.answer.body);
  });
  const env = { CTRL_API_SERVICE: `127.0.0.1:${closing(server).port}`, CTRL_TLS_FINGERPRINT: fingerprint256(cert) };
  return { shown, env };
});

const user = { CTRL_USERNAME: "scraper", CTRL_PASSWORD: "Canary-pass-7c1e" };

const successes = (text: string): string[] =>
  [...text.matchAll(/^nv_scrape_collector_success\{collector="([^"]+)"\} 1$/gm)].map(([, name = ""]) => name);

describe("nv_up is 1 only when the controller gave data", () => {
  test.for<[string, Record<string, string>]>([
    ["a user", user],
    ["an API key", { CTRL_APIKEY: `scraper:${"x".repeat(64)}` }],
  ])("a server that is not a controller is nv_up 0; with %s", async ([, account], { stranger, startExporter }) => {
    const process = await startExporter({ ...stranger.env, ...account });
    for (const [name, answer] of strangers) {
      stranger.shown.answer = answer;
      const text = await process.scrape();
      expect(`${name}: ${/^nv_up .*$/m.exec(text)?.[0]}`).toBe(`${name}: nv_up 0`);
      if (!answer.body.includes('"code"')) expect(`${name}: ${successes(text).join()}`).toBe(`${name}: `);
    }
    stranger.shown.answer = html(403);
    expect((await fetch(`${process.url}/sd`)).status, "an empty list would end the scrapes of all members").toBe(503);
    expect(await (await fetch(process.url)).text()).toContain("The controller gives no data");
  });

  test("412 off Kubernetes is a success of that group, and no error", async ({ startController, startExporter }) => {
    const account = { username: user.CTRL_USERNAME, password: user.CTRL_PASSWORD, role: "reader" } as const;
    const { rest, fingerprint256: CTRL_TLS_FINGERPRINT } = await startController({ users: [account] });
    const process = await startExporter({ ...user, CTRL_API_SERVICE: `127.0.0.1:${rest.port}`, CTRL_TLS_FINGERPRINT });
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
