import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { landingPage, type LandingDeps } from "../../../../exporter/src/landing/landingPage";
import type { Reply } from "../../../../exporter/src/web/page";
import { cluster, ofMaster, ofMember, ofStandalone } from "../../../support/fedReplies";
import { joinOff, landingFacts, landingHtml, nowMs, succeeded, visibleText } from "../../../support/landing";

const hostile = [
  "<img src=x onerror=alert(1)>",
  `"><script>alert(1)</script>`,
  "'onmouseover='alert(1)",
  "</title></style></svg><script>alert(1)</script>",
  "edge\u202Egnp.exe",
  "zero\u200Bwidth",
  "line\nbreak\0",
  "e\u0301\u0301\u0301\u0301\u0301",
  "x".repeat(10_000),
  "",
];

const hostileMaster = ofMaster(
  hostile.map((name, index) => ({
    ...cluster(name, index === 0 ? `<script>alert("status")</script>` : "synced", `id-${index}`),
    rest_info: { server: "<b>server</b>", port: 10443 },
  })),
  "<script>alert('master')</script>",
);

const hostileJoin = {
  ...joinOff,
  state: "failed" as const,
  name: "<u>name</u>",
  timeline: [{ atMs: nowMs, text: "<script>alert('log')</script>\u202E" }],
};

const pages = {
  "of a master": landingHtml({}, ofMaster([cluster("edge-1", "synced"), cluster("edge-2", "disconnected")])),
  "of 300 members": landingHtml({}, ofMaster(Array.from({ length: 300 }, (_, i) => cluster(`e${i}`, "synced")))),
  "of a member": landingHtml({}, ofMember("joined", "connected")),
  "of a standalone cluster": landingHtml({}, ofStandalone),
  "before the first scrape": landingHtml({ results: [], lastScrapeMs: undefined, federation: undefined }),
  "without a controller": landingHtml({ controller: undefined, results: [], federation: undefined }),
  "with hostile names": landingHtml({ join: hostileJoin, controller: "<i>controller</i>" }, hostileMaster),
};

describe.each(Object.entries(pages))("the page %s", (_, page) => {
  test("has no script, no handler, no style attribute and nothing from elsewhere", () => {
    const tags = page.match(/<[^>]+>/g) ?? [];
    expect(tags.filter((tag) => /^<(?:script|img|iframe|object|link|form|input|b|i|u)\b/i.test(tag))).toEqual([]);
    expect(tags.filter((tag) => /\s(?:on\w+|style|src)=/i.test(tag))).toEqual([]);
    expect(tags.filter((tag) => /https?:|\/\//.test(tag.replace(/^<\//, "")))).toEqual([]);
  });

  test("has one title, one first heading, headings in order, and a name for each section", () => {
    expect(page).toMatch(/^<!doctype html>\s*<html lang="en">/);
    expect(page.match(/<title>[^<]+ &ndash; NeuVector exporter<\/title>/g)).toHaveLength(1);
    expect(page.match(/<h[1-6]/g)?.map((tag) => tag.slice(2))).toEqual([
      "1",
      ...(page.match(/<section/g) ?? []).map(() => "2"),
    ]);
    for (const [, id = ""] of page.matchAll(/<section[^>]*aria-labelledby="([^"]+)"/g)) {
      expect(page).toMatch(new RegExp(`<h2 id="${id}"`));
    }
  });

  test("uses no id twice, and refers to none that is not there", () => {
    const ids = Array.from(page.matchAll(/\sid="([^"]+)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const references = Array.from(page.matchAll(/\s(?:href="#|aria-labelledby=")([^"]+)"/g), ([, to = ""]) => to);
    expect(references.flatMap((to) => to.split(" ")).filter((to) => !ids.includes(to))).toEqual([]);
  });

  test("shows nothing that cannot be seen", () => {
    expect(page.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  });
});

describe("what it says", () => {
  test("before the first scrape: that, and what to do", () => {
    const words = visibleText(pages["before the first scrape"]);
    expect(words).toContain("Not scraped yet");
    expect(words).toContain("Last scrape none yet");
    expect(words).toContain("Not known yet: the first scrape reads it from the controller.");
    expect(words).not.toContain("Scrape health");
  });

  test("of a scrape: controller, version, and each group with its result", () => {
    const denied = {
      ...succeeded("log"),
      error: new NeuVectorError("forbidden", "no"),
      lastSuccessMs: nowMs - 7_200_000,
    };
    const words = visibleText(landingHtml({ results: [succeeded("summary"), denied, succeeded("federation")] }));
    expect(words).toContain("fedjoin 1.2.3");
    expect(words).toContain("Controller controller.example.com:10443");
    expect(words).toContain("1 of 3 collectors failed");
    expect(words).toMatch(/log failed forbidden 12.ms 2.h ago summary ok 12.ms 12.s ago/);
    expect(words).toContain(
      "forbidden 403: the account is not allowed to do this. The role of the account may not read this",
    );
  });

  test("of a federation: how many members are how, and when that was", () => {
    const words = visibleText(pages["of a master"]);
    expect(words).toContain("master, 1 of 2 members synced");
    expect(words).toContain("1 disconnected 1 synced");
    expect(words).toMatch(/As seen 12.s ago/);
    expect(words).toMatch(/edge-2 192\.0\.2\.7:10443 disconnected Does not respond to the master\./);
    expect(words).toMatch(/primary master, this cluster 192/);
  });

  test("of a master without members, of a member, and of a cluster in no federation", () => {
    expect(visibleText(landingHtml({}, ofMaster([])))).toContain("This cluster is the master. It has no members yet.");
    expect(visibleText(pages["of a member"])).toContain("A member sees itself and its master, not the other members.");
    expect(visibleText(pages["of a standalone cluster"])).toContain("This cluster is not in a federation.");
  });

  test("when what it shows is old, and why", () => {
    const old = { reply: ofMaster([cluster("edge-1", "synced")]), atMs: nowMs - 3 * 3_600_000 };
    const failed = { ...succeeded("federation"), error: new NeuVectorError("timeout", "late") };
    const words = visibleText(landingHtml({ federation: old, results: [failed] }));
    expect(words).toMatch(
      /As seen 3.h ago ?\. The last scrape could not update it \(timeout\), so this may have changed\./,
    );
    expect(visibleText(landingHtml({ federation: old, lastScrapeMs: old.atMs }))).toMatch(
      /As seen 3.h ago ?\. Stale: there has been no scrape since\./,
    );
    expect(visibleText(landingHtml({ federation: old }))).toContain("update it after COLLECTOR_FEDERATION_INTERVAL");
  });

  test("when the federation cannot be known", () => {
    const failed = { ...succeeded("federation"), error: new NeuVectorError("forbidden", "no") };
    const federation = undefined;
    expect(visibleText(landingHtml({ federation, results: [failed] }))).toContain("the query failed (forbidden)");
    expect(visibleText(landingHtml({ federation, results: [succeeded("log")] }))).toContain("(EXPORTER_METRICS)");
  });

  test("of the join: state, facts and steps", () => {
    const join = {
      ...joinOff,
      state: "joining" as const,
      name: "u2204a-Xy9K2m",
      attempts: 3,
      nextRetryAt: nowMs + 40_000,
      lastErrorKind: "network" as const,
      timeline: [{ atMs: nowMs - 5_000, text: "Starting federation join" }],
    };
    const words = visibleText(landingHtml({ join }));
    expect(words).toMatch(/joining A join is in progress\./);
    expect(words).toMatch(/Cluster name u2204a-Xy9K2m In this state since 60.s ago Attempts 3 Next attempt in 40.s/);
    expect(words).toContain("Last error network Last seen as member never");
    expect(words).toContain("History, 1 step 2026-01-02 03:04:00 UTC Starting federation join");
    expect(visibleText(landingHtml())).toContain("off This exporter only scrapes.");
  });

  test("of names that are hostile: them, harmless and visible", () => {
    const page = pages["with hostile names"];
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(page).toContain("edge⟨U+202E⟩gnp.exe");
    expect(page).toContain("zero⟨U+200B⟩width");
    expect(page).toContain("line⟨U+000A⟩break⟨U+0000⟩");
    expect(page).toContain("(no name)");
    expect(page).not.toContain("x".repeat(121));
  });

  test("of very many members: bounded", () => {
    const very = landingHtml({}, ofMaster(Array.from({ length: 5000 }, (_, i) => cluster(`edge-${i}`, "synced"))));
    expect(visibleText(very)).toContain("and 4400 more, not shown");
    expect(visibleText(very)).toContain("and 4001 more; the metrics have them all");
    expect(very.length).toBeLessThan(1_000_000);
  });
});

describe("the page at /", () => {
  const facts = landingFacts({}, ofMaster([cluster("edge-1", "synced")]));
  const sources: LandingDeps = {
    version: "1.2.3",
    telemetryPath: "/deep/metrics",
    controller: () => facts.controller,
    scraper: () => ({
      lastResults: () => facts.results,
      lastScrapeMs: () => facts.lastScrapeMs,
      federation: () => facts.federation,
    }),
    join: () => joinOff,
    now: () => nowMs,
  };
  const textOf = (body: Reply["body"]): string => (typeof body === "string" ? body : "");
  const get = async (query = "", given: Partial<LandingDeps> = {}): Promise<Reply> =>
    landingPage({ ...sources, ...given }).respond({
      path: "/",
      query: new URLSearchParams(query),
      header: () => undefined,
      signal: new AbortController().signal,
    });
  const bodyOf = async (...args: Parameters<typeof get>): Promise<string> => textOf((await get(...args)).body);

  test("allows its own style sheet and nothing else", async () => {
    const { status, contentType, headers, body } = await get();
    expect([status, contentType]).toEqual([200, "text/html; charset=utf-8"]);
    const [, style = ""] = /<style>(.*?)<\/style>/s.exec(textOf(body)) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(headers).toEqual({
      "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      "Referrer-Policy": "no-referrer",
      "Cache-Control": "no-store",
    });
  });

  test("links to the metrics where they are, and to the further pages that there are", async () => {
    const links = [{ path: "/sd", label: "Targets" }];
    const hrefs = async (given: Partial<LandingDeps>) =>
      Array.from((await bodyOf("", given)).matchAll(/<a href="([^"?]+)"/g), ([, href]) => href);
    expect(await hrefs({})).toEqual(["deep/metrics", "-/healthy", "-/ready"]);
    expect(await hrefs({ links })).toEqual(["deep/metrics", "sd", "-/healthy", "-/ready"]);
  });

  test("where there is no controller, there is nothing of it", async () => {
    const words = visibleText(await bodyOf("", { controller: () => undefined, scraper: () => undefined }));
    expect(words).toContain("No controller of its own");
    expect(words).not.toMatch(/Scrape health|Last scrape/);
  });

  test.each([
    ["", undefined],
    ["refresh=30", "30"],
    ["refresh=1", "10"],
    ["refresh=999999", "3600"],
    ["refresh=0;url=https://example.com", undefined],
    ["refresh=-5", undefined],
    ["refresh=", undefined],
  ])("with the query %j is loaded again after %j seconds", async (query, seconds) => {
    const [, found] = /<meta\s+http-equiv="refresh"\s+content="([^"]*)"/.exec(await bodyOf(query)) ?? [];
    expect(found).toBe(seconds);
  });
});
