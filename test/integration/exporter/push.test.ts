import { envToScrape } from "@fedjoin/simulator";
import { writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { waitFor } from "@fedjoin/testbed";
import { describe, expect } from "vitest";
import { requestsOf } from "../../support/federation";
import { test as base } from "../../support/fixtures";
import { otlpRequest, samplesOfRequests } from "../../support/otlpSamples";
import { parseExposition, type ParsedSample } from "../../support/parseExposition";
import { createServerCertificates, fingerprint256 } from "../../support/serverCertificates";
import { startWebServer, type WebServer } from "../../support/webServer";

const accept = (response: ServerResponse): void => void response.end("{}");

const test = base
  .extend("certificates", { scope: "file" }, () => createServerCertificates())
  /** Starts a receiver of pushes; gives what it gets, unpacked. */
  .extend(
    "receive",
    ({ closing, certificates: { good, ca } }) =>
      async (answer: (response: ServerResponse, count: number) => void = accept, pair = good) => {
        const received: string[] = [];
        const server = await startWebServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
          void buffer(request).then((body) => {
            expect(request.headers).toMatchObject({ "content-type": "application/json", "content-encoding": "gzip" });
            received.push(gunzipSync(body).toString());
            answer(response, received.length);
          });
        });
        return { received, server: closing(server), ca, fingerprint: fingerprint256(pair.certificate) };
      },
  );

const urlOf = ({ port }: WebServer): string => `https://127.0.0.1:${port}/v1/metrics?tenant=canary-query`;
const seriesOf = ({ name, labels }: ParsedSample): string => JSON.stringify([name, Object.entries(labels).toSorted()]);

describe("an exporter that pushes", () => {
  test("sends what a scrape shows, as configured", async ({ receive, folder, startController, startExporter }) => {
    const { received, server, ca } = await receive();
    const [bearer, caFile] = [join(folder, "bearer"), join(folder, "ca.pem")];
    await Promise.all([writeFile(bearer, "canary-bearer\n"), writeFile(caFile, ca)]);
    const site = await startController({ summary: { hosts: 3 } });
    const exporter = await startExporter({
      ...envToScrape(site),
      EXPORTER_PUSH_URL: urlOf(server),
      EXPORTER_PUSH_CA_FILE: caFile,
      EXPORTER_PUSH_BEARER_FILE: bearer,
      EXPORTER_PUSH_ATTRIBUTES: "service.instance.id=store-17,k8s.cluster.uid=uid-1",
    });
    await exporter.said(/The push to 127\.0\.0\.1:\d+ works/);
    const [{ resource }] = otlpRequest.parse(JSON.parse(received[0] ?? "")).resourceMetrics;
    expect(resource.attributes.map(({ key, value }) => `${key}=${value.stringValue}`)).toEqual([
      "service.name=neuvector",
      "service.instance.id=store-17",
      "k8s.cluster.uid=uid-1",
    ]);
    expect(server.requests).toEqual(["POST /v1/metrics?tenant=canary-query Bearer canary-bearer"]);
    const scraped = parseExposition(await exporter.scrape(), "text");
    // The first push cannot tell of itself.
    const inBoth = ({ name }: ParsedSample): boolean =>
      /^nv_|^process_/.test(name) && !/^nv_exporter_push_|^nv_scrape_size_limit_bytes$/.test(name);
    const pushed = samplesOfRequests(received);
    const names = (samples: readonly ParsedSample[]) => new Set(samples.filter(inBoth).map(seriesOf));
    expect(names(pushed)).toEqual(names(scraped));
    const values = (samples: readonly ParsedSample[]) =>
      new Map(
        samples.filter(({ name }) => /^nv_(summary|cluster|up)/.test(name)).map((one) => [seriesOf(one), one.value]),
      );
    expect(values(pushed)).toEqual(values(scraped));
    expect(values(pushed).size).toBeGreaterThan(10);
    expect(await exporter.stop()).toBe(0);
    expect(exporter.output()).not.toContain("canary");
    expect(exporter.output()).toContain("EXPORTER_PUSH_URL=set");
  });

  test("tries again after 503, and stops while it waits", async ({ receive, startController, startExporter }) => {
    const { received, server, fingerprint } = await receive((response, count) => {
      response.writeHead(503, { "Retry-After": count === 1 ? "1" : "3600" }).end();
    });
    const exporter = await startExporter({
      ...envToScrape(await startController()),
      EXPORTER_PUSH_URL: urlOf(server),
      EXPORTER_PUSH_TLS_FINGERPRINT: fingerprint,
    });
    await exporter.said(/The push to 127\.0\.0\.1:\d+ failed: the receiver answered 503/);
    const shown = await waitFor("the second request", async () => {
      const text = await exporter.scrape();
      return text.includes('\nnv_exporter_push_requests_total{result="server_error"} 2\n') ? text : undefined;
    });
    expect(shown).not.toContain("nv_exporter_push_last_success");
    expect(received[1]).toBe(received[0]);
    expect(await exporter.stop()).toBe(0);
  });

  test.for(["otherName", "selfSigned", "expired"] as const)(
    "refuses the certificate %s before it sends anything, and says what to set",
    async (which, { receive, certificates, startController, startExporter }) => {
      const { received, server } = await receive(accept, certificates[which]);
      const exporter = await startExporter({
        ...envToScrape(await startController()),
        EXPORTER_PUSH_URL: urlOf(server),
      });
      await exporter.said(/The push to 127\.0\.0\.1:\d+ failed: .*EXPORTER_PUSH_TLS_FINGERPRINT=/);
      expect(received).toEqual([]);
      expect(await exporter.scrape()).toContain('nv_exporter_push_requests_total{result="tls"} 1');
    },
  );

  test("delays no scrape while it waits, and shares requests", async ({ receive, startController, startExporter }) => {
    const { received, server, fingerprint } = await receive();
    const site = await startController();
    site.faults.add({ match: { method: "GET", path: "/v1/host" }, what: "delay", ms: 6_000 });
    const exporter = await startExporter({
      ...envToScrape(site),
      EXPORTER_PUSH_URL: urlOf(server),
      EXPORTER_PUSH_TLS_FINGERPRINT: fingerprint,
    });
    const text = await exporter.scrape({ "X-Prometheus-Scrape-Timeout-Seconds": "1" });
    expect(text).toContain('nv_scrape_collector_failure{collector="host",reason="timeout"} 1');
    expect(received).toEqual([]);
    await exporter.said(/The push to 127\.0\.0\.1:\d+ works/);
    expect(received.join("")).not.toContain('"stringValue":"timeout"');
    expect(requestsOf(site, "GET", "/v1/host")).toHaveLength(1);
  });
});
