import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { landingPage, type LandingDeps } from "../../../../exporter/src/landing/landingPage";
import { cluster, ofMaster, ofMember, ofStandalone } from "../../../support/fedReplies";
import {
  failed,
  joinOff,
  landingFacts,
  landingHtml,
  nowMs,
  snapshotOf,
  succeeded,
  visibleText,
} from "../../../support/landing";

const synced = (count: number) => ofMaster(Array.from({ length: count }, (_, i) => cluster(`edge-${i}`, "synced")));

const hostile = [
  "<img src=x onerror=alert(1)>",
  `"><script>alert(1)</script>`,
  "'onmouseover='alert(1)",
  "</title></style></svg><script>alert(1)</script>",
  ...[
    "edge\u202Egnp.exe",
    "zero\u200Bwidth",
    "line\nbreak\0",
    "e\u0301\u0301\u0301\u0301\u0301",
    "x".repeat(10_000),
    "",
  ],
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
  ...{ state: "failed" as const, name: "<u>name</u>" },
  timeline: [{ atMs: nowMs, text: "<script>alert('log')</script>\u202E" }],
};

const pages = {
  "of a master": landingHtml({}, ofMaster([cluster("edge-1", "synced"), cluster("edge-2", "disconnected")])),
  "of 300 members": landingHtml({}, synced(300)),
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
    const sections = page.match(/<section/g) ?? [];
    expect(page.match(/<h[1-6]/g)).toEqual(["<h1", ...sections.map(() => "<h2")]);
    for (const [, id = ""] of page.matchAll(/<section[^>]*aria-labelledby="([^"]+)"/g)) {
      expect(page).toContain(`<h2 id="${id}"`);
    }
  });

  test("uses no id twice, refers to none that is missing, and shows nothing invisible", () => {
    const ids = Array.from(page.matchAll(/\sid="([^"]+)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const references = Array.from(page.matchAll(/\s(?:href="#|aria-labelledby=")([^"]+)"/g), ([, to = ""]) => to);
    expect(references.flatMap((to) => to.split(" ")).filter((to) => !ids.includes(to))).toEqual([]);
    expect(page.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  });
});

const old = snapshotOf(synced(1), nowMs - 3 * 3_600_000);
const joining = {
  ...joinOff,
  ...({ state: "joining", name: "u2204a-Xy9K2m", attempts: 3, lastErrorKind: "network" } as const),
  nextRetryAt: nowMs + 40_000,
  timeline: [{ atMs: nowMs - 5_000, text: "Starting federation join" }],
};

test.each<[string, string, ...(string | RegExp)[]]>([
  [
    "before the first scrape, and what to do",
    pages["before the first scrape"],
    /^(?!.*Scrape health).*Not scraped yet/,
    "Last scrape none yet",
    "Not known yet: the first scrape reads it from the controller.",
  ],
  [
    "the controller, the version, and the result of each collector",
    landingHtml({
      results: [
        succeeded("summary"),
        { ...failed("log", "forbidden"), lastSuccessMs: nowMs - 7_200_000 },
        succeeded("federation"),
      ],
    }),
    "fedjoin 1.2.3",
    "Controller controller.example.com:10443",
    "1 of 3 collectors failed",
    /log failed forbidden 12.ms 2.h ago summary ok 12.ms 12.s ago/,
    /failed The role of the account may not read this.*forbidden 403: the account is not allowed to do this\./,
  ],
  [
    "how many members have which status, and when that was",
    pages["of a master"],
    "master, 1 of 2 members synced",
    "1 disconnected 1 synced",
    /As seen 12.s ago/,
    /edge-2 192\.0\.2\.7:10443 disconnected Does not respond to the master\./,
    /primary master, this cluster 192/,
  ],
  [
    "a condition that does not hold, and since when",
    landingHtml({ federation: snapshotOf(ofMaster([cluster("edge-1", "out_of_sync")]), nowMs - 180_000) }),
    /fetching the new ones\. Synced is False, first seen 3.min ago/,
  ],
  ["a master without members", landingHtml({}, ofMaster([])), "This cluster is the master. It has no members yet."],
  ["a member's view", pages["of a member"], "A member sees itself and its master, not the other members."],
  ["a standalone cluster", pages["of a standalone cluster"], "This cluster is not in a federation."],
  [
    "old data after a failure",
    landingHtml({ federation: old, results: [failed("federation", "timeout")] }),
    /As seen 3.h ago ?\. The last scrape could not update it \(timeout\), so this may have changed\./,
  ],
  [
    "old data without scrapes",
    landingHtml({ federation: old, lastScrapeMs: old.atMs }),
    /As seen 3.h ago ?\. Stale: there has been no scrape since\./,
  ],
  ["old data within an interval", landingHtml({ federation: old }), "update it after COLLECTOR_FEDERATION_INTERVAL"],
  [
    "a federation that cannot be read",
    landingHtml({ federation: undefined, results: [failed("federation", "forbidden")] }),
    "the query failed (forbidden)",
  ],
  [
    "a federation not collected",
    landingHtml({ federation: undefined, results: [succeeded("log")] }),
    "(EXPORTER_METRICS)",
  ],
  [
    "the state, facts and steps of the join",
    landingHtml({ join: joining }),
    "joining A join is in progress.",
    /Cluster name u2204a-Xy9K2m In this state since 60.s ago Attempts 3 Next attempt in 40.s/,
    "Last error network Last seen as member never",
    "History, 1 step 2026-01-02 03:04:00 UTC Starting federation join",
  ],
  [
    "a part of very many members",
    landingHtml({}, synced(5000)),
    "and 4400 more, not shown",
    "and 4001 more; the metrics",
  ],
])("it shows %s", (_what, page, ...words) => {
  for (const each of words) expect(visibleText(page)).toMatch(each);
  expect(page.length).toBeLessThan(1_000_000);
});

test("a master without members has no line to any", () => {
  expect(landingHtml({}, ofMaster([]))).not.toContain('class="members');
  expect(landingHtml({}, synced(1))).toContain('class="members');
});

test("it shows hostile names, harmless and visible", () => {
  const page = pages["with hostile names"];
  for (const shown of ["&lt;img src=x onerror=alert(1)&gt;", "edge⟨U+202E⟩gnp.exe", "zero⟨U+200B⟩width", "(no name)"]) {
    expect(page).toContain(shown);
  }
  expect(page).toContain("line⟨U+000A⟩break⟨U+0000⟩");
  expect(page).not.toContain("x".repeat(121));
});

describe("the page at /", () => {
  const facts = landingFacts({}, synced(1));
  const deps: LandingDeps = {
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
  const get = async (query = "", given: Partial<LandingDeps> = {}) => {
    const request = { path: "/", query: new URLSearchParams(query), header: () => undefined };
    const { body, ...reply } = await landingPage({ ...deps, ...given }).respond({
      ...request,
      signal: new AbortController().signal,
    });
    return { ...reply, page: typeof body === "string" ? body : "" };
  };

  test("allows its own style sheet and nothing else", async () => {
    const { page, ...reply } = await get();
    const [, style = ""] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(reply).toMatchObject({
      status: 200,
      contentType: "text/html; charset=utf-8",
      headers: {
        "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
      },
    });
  });

  test.each([
    [{}, ["deep/metrics", "-/healthy", "-/ready"]],
    [{ links: [{ path: "/sd", label: "Targets" }] }, ["deep/metrics", "sd", "-/healthy", "-/ready"]],
  ])("with %j links to %j", async (given, hrefs) => {
    const { page } = await get("", given);
    expect(Array.from(page.matchAll(/<a href="([^"?]+)"/g), ([, href]) => href)).toEqual(hrefs);
  });

  test("has no section about a controller if there is none", async () => {
    const words = visibleText((await get("", { controller: () => undefined, scraper: () => undefined })).page);
    expect(words).toMatch(/^(?!.*(Scrape health|Last scrape)).*No controller of its own/);
  });

  test.each([
    ["", undefined],
    ["refresh=30", "30"],
    ["refresh=1", "10"],
    ["refresh=999999", "3600"],
    ["refresh=0;url=https://example.com", undefined],
    ["refresh=-5", undefined],
    ["refresh=", undefined],
  ])("with the query %j is reloaded after %j seconds", async (query, seconds) => {
    const [, found] = /<meta\s+http-equiv="refresh"\s+content="([^"]*)"/.exec((await get(query)).page) ?? [];
    expect(found).toBe(seconds);
  });
});
