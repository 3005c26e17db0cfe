import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { acceptsGzip, compressBody } from "../../../../exporter/src/web/compress";
import { negotiateFormat } from "../../../../exporter/src/web/contentType";
import { dispatch } from "../../../../exporter/src/web/dispatch";
import { textReply, type Page } from "../../../../exporter/src/web/page";

const openMetrics = "application/openmetrics-text";

describe("the format of a scrape", () => {
  test.each<readonly [string | undefined, string]>([
    ...[undefined, "", "*/*", "text/html"].map((accept) => [accept, "text"] as const),
    [openMetrics, "openmetrics"],
    [`${openMetrics}; version=1.0.0`, "openmetrics"],
    [`${openMetrics};version=0.0.1`, "openmetrics"],
    [`${openMetrics};version=2.0.0`, "text"],
    [`${openMetrics};version=1.0.0;q=0`, "text"],
    [`${openMetrics};version=1.0.0;q=no`, "text"],
    [`${openMetrics};version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.5`, "text"],
    [`text/plain;version=0.0.4;q=0.5,${openMetrics};version=1.0.0,*/*;q=0.1`, "openmetrics"],
    ["application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily,*/*;q=0.1", "text"],
  ])("for Accept %j is %s", (accept, format) => {
    expect(negotiateFormat(accept).format).toBe(format);
  });

  test.each([
    [`${openMetrics}; version=1.0.0`, `${openMetrics}; version=1.0.0; charset=utf-8`],
    [undefined, "text/plain; version=0.0.4; charset=utf-8"],
  ])("asked for as %s is announced as %s", (accept, contentType) => {
    expect(negotiateFormat(accept).contentType).toBe(contentType);
  });
});

describe("compression", () => {
  test.each([
    ...["gzip", "GZIP;q=0.1, br", "*"].map((header) => [header, true] as const),
    ...[undefined, "gzip;q=0", "gzip;q=0.000, *", "*;q=0", "br, deflate"].map((header) => [header, false] as const),
  ])("Accept-Encoding %j takes gzip: %s", (header, isTaken) => {
    expect(acceptsGzip(header)).toBe(isTaken);
  });

  async function* chunks(last?: Error): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < 50; index++) {
      yield await Promise.resolve(Buffer.from(`é ${index} ${"x".repeat(10_000)}\n`));
    }
    if (last !== undefined) throw last;
  }

  test("keeps a text that comes in chunks", async () => {
    const [compressed, plain] = await Promise.all([compressBody(chunks(), "gzip"), compressBody(chunks(), undefined)]);
    expect([compressed.encoding, plain.encoding]).toEqual(["gzip", "identity"]);
    const whole = await text(chunks());
    expect(gunzipSync(compressed.bytes).toString()).toBe(whole);
    expect(Buffer.from(plain.bytes).toString()).toBe(whole);
  });

  test.each(["gzip", undefined])("fails as a whole when a chunk fails (Accept-Encoding: %s)", async (accepted) => {
    await expect(compressBody(chunks(new Error("no more")), accepted)).rejects.toThrow("no more");
  });
});

describe("a request", () => {
  const page: Page = { respond: () => textReply(200, "here") };
  const pages = new Map<string, Page>([
    ["/metrics", { ...page, isScrape: true }],
    ["/page", page],
    ["/do", { ...page, methods: ["POST", "PUT"] }],
  ]);
  const ask = (method: string, url: string) => dispatch(pages, { method, url, accept: undefined });

  test.each([
    ["GET", "/page", "page"],
    ["HEAD", "/page", "page"],
    ["GET", "/page?a=%zz", "page"],
    ["GET", "/%70age", "page"],
    ["GET", "/page/", 404],
    ["GET", "/__proto__", 404],
    ["GET", "/%zz", 400],
    ["GET", "*", 400],
    ["GET", "http://elsewhere/page", 400],
    ["GET", `/${"x".repeat(2048)}`, 414],
    ["POST", "/page", 405],
    ["GET", "/do", 405],
    ["PUT", "/do", "page"],
    ["HEAD", "/metrics", 200],
    ["GET", "/metrics", "page"],
  ])("%s %s gives %s", (method, url, expected) => {
    const found = ask(method, url);
    expect(found.to === "page" ? "page" : found.reply.status).toBe(expected);
  });

  test("with a wrong method is told the right ones", () => {
    expect(ask("GET", "/do")).toMatchObject({ reply: { headers: { Allow: "POST, PUT" } } });
    expect(ask("POST", "/metrics")).toMatchObject({ reply: { headers: { Allow: "GET, HEAD" } } });
  });
});
