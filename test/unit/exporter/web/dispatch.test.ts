import { describe, expect, test } from "vitest";
import { negotiateFormat } from "../../../../exporter/src/web/contentType";
import { dispatch } from "../../../../exporter/src/web/dispatch";
import { acceptsGzip } from "../../../../exporter/src/web/compress";
import { textReply, type Page } from "../../../../exporter/src/web/page";

describe("the format of a scrape", () => {
  test.each([
    [undefined, "text"],
    ["", "text"],
    ["*/*", "text"],
    ["text/html", "text"],
    ["application/openmetrics-text", "openmetrics"],
    ["application/openmetrics-text; version=1.0.0", "openmetrics"],
    ["application/openmetrics-text;version=0.0.1", "openmetrics"],
    ["application/openmetrics-text;version=2.0.0", "text"],
    ["application/openmetrics-text;version=1.0.0;q=0", "text"],
    ["application/openmetrics-text;version=1.0.0;q=no", "text"],
    ["application/openmetrics-text;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.5", "text"],
    ["text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0,*/*;q=0.1", "openmetrics"],
    ["application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily,*/*;q=0.1", "text"],
  ])("for Accept %j is %s", (accept, format) => {
    expect(negotiateFormat(accept).format).toBe(format);
  });

  test("is announced with the version that was asked for", () => {
    expect(negotiateFormat("application/openmetrics-text; version=1.0.0").contentType).toBe(
      "application/openmetrics-text; version=1.0.0; charset=utf-8",
    );
    expect(negotiateFormat(undefined).contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  });
});

test.each([
  [undefined, false],
  ["gzip", true],
  ["GZIP;q=0.1, br", true],
  ["gzip;q=0", false],
  ["gzip;q=0.000, *", false],
  ["*", true],
  ["*;q=0", false],
  ["br, deflate", false],
])("Accept-Encoding %j takes gzip: %s", (header, isTaken) => {
  expect(acceptsGzip(header)).toBe(isTaken);
});

describe("a request", () => {
  const page: Page = { respond: () => textReply(200, "here") };
  const scrape: Page = { isScrape: true, respond: () => textReply(200, "scraped") };
  const pages = new Map<string, Page>([
    ["/metrics", scrape],
    ["/page", page],
    ["/do", { ...page, methods: ["POST", "PUT"] }],
  ]);
  const ask = (method: string, url: string) => dispatch(pages, { method, url, accept: undefined });
  const statusOf = (method: string, url: string) => {
    const found = ask(method, url);
    return found.to === "page" ? "page" : found.reply.status;
  };

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
    expect(statusOf(method, url)).toBe(expected);
  });

  test("with a wrong method is told the right ones", () => {
    expect(ask("GET", "/do")).toMatchObject({ reply: { headers: { Allow: "POST, PUT" } } });
    expect(ask("POST", "/metrics")).toMatchObject({ reply: { headers: { Allow: "GET, HEAD" } } });
  });
});
