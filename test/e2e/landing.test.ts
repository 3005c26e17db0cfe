import { envToScrape } from "@fedjoin/simulator";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { federationOfFile, folderOfFile, ofFile, startedOfFile } from "../support/deployments";
import { startExporter, type ExporterProcess } from "../support/exporterProcess";
import { openBrowser, type Page, type PageOptions } from "@fedjoin/testbed/browser";
import { memberNames, at } from "../support/federation";
import { joinSites } from "../support/joinSites";
import { cluster, ofMaster } from "../support/fedReplies";

/** What a page may never do, whoever names the clusters. */
const hostile = [
  "<img src=x onerror=\"globalThis.pwned='img'\">",
  "</title></style><script>globalThis.pwned='script'</script>",
  "'\"><svg onload=\"globalThis.pwned='svg'\">",
  "edge\u202Egnp.exe",
  "zero\u200Bwidth\u0000",
  "W".repeat(10_000),
  "東".repeat(300),
  "",
];

const phone = { width: 320, height: 640 };
const desk = { width: 1280, height: 900 };

const folder = folderOfFile();
const browser = startedOfFile(openBrowser);
const federation = federationOfFile({ sites: 5, timings: { cleanupMs: 10, probePauseMs: 5 } });
const exporterOfFile = (start: () => Promise<ExporterProcess>) => ofFile(start, (exporter) => exporter.stop("SIGKILL"));
const joining = () => at(federation.sites, 4);
const atMaster = exporterOfFile(() => startExporter(envToScrape(federation.master)));
const atSite = exporterOfFile(() => {
  const { rest } = joining();
  return startExporter({
    ...envToScrape(joining()),
    ENABLE_FED_JOIN: "true",
    JOIN_VIA: "controller",
    PAAS_STORE_ID: "site",
    JOINT_REST_SERVER: rest.server,
    JOINT_REST_PORT: String(rest.port),
    JOIN_TOKEN: federation.master.joinToken(),
  });
});
const atHostile = exporterOfFile(() => startExporter(envToScrape(joining())));

beforeAll(async () => {
  const { master, sites } = federation;
  await joinSites(master, sites.slice(0, 4));
  await at(sites, 3).goOffline();
  for (let round = 0; round < 3; round++) await master.pingNow();
  await atSite.said(/Federation join completed successfully!/);
  await Promise.all([atMaster.scrape(), atSite.scrape()]);

  const members = [...hostile, ...Array.from({ length: 300 }, (_, index) => `edge-${index}`)];
  const clusters = members.map((name, index) =>
    cluster(name, index < hostile.length ? "<b onclick=x>disconnected" : "synced", `id-${index}`),
  );
  const body = JSON.stringify(ofMaster(clusters, at(hostile, 0)));
  const match = { method: "GET", path: "/v1/fed/member" };
  joining().faults.add({ match, what: "garbage", body, contentType: "application/json" });
  await atHostile.scrape();
});

const urls = {
  "of a master": () => atMaster.url,
  "of a member": () => atSite.url,
  "of hostile names": () => atHostile.url,
};

async function open<T>(url: string, options: PageOptions, use: (page: Page) => Promise<T>): Promise<T> {
  const page = await browser.page(`${url}/`, options);
  try {
    return await use(page);
  } finally {
    await page.close();
  }
}

const openDetails = "for (const each of document.querySelectorAll('details')) each.open = true";
const numbers = z.array(z.number());
const strings = z.array(z.string());

describe.each(Object.entries(urls))("the page %s", (kind, url) => {
  test("breaks no policy, runs nothing and asks for nothing", async () => {
    await open(url(), desk, async (page) => {
      expect(page.status).toBe(200);
      expect({ errors: page.errors, refused: page.refused }).toEqual({ errors: [], refused: [] });
      expect(await page.evaluate("String(globalThis.pwned)", z.string())).toBe("undefined");
      const asked = "performance.getEntriesByType('resource').map(({ name }) => name)";
      expect(await page.evaluate(asked, strings)).toEqual([]);
    });
  });

  test.each([320, 700, 1600])("does not scroll sideways at %i pixels, with everything unfolded", async (width) => {
    await open(url(), { ...phone, width }, async (page) => {
      await page.evaluate(`(() => { ${openDetails}; return true })()`, z.boolean());
      expect(await page.evaluate("document.documentElement.scrollWidth", z.number())).toBeLessThanOrEqual(width);
      const outside = `[...document.querySelectorAll("body *")]
        .filter((each) => each.closest(".icons") === null && !(each.parentElement?.closest("svg")))
        .map((each) => each.getBoundingClientRect().right).filter((right) => right > ${width} + 0.5)`;
      expect(await page.evaluate(outside, numbers)).toEqual([]);
    });
  });

  test("is fit for a screen reader: language, headings, tables, links, and one diagram whose text can be selected", async () => {
    await open(url(), desk, async (page) => {
      const labels = "[...document.querySelectorAll('.diagram')].map((list) => list.getAttribute('aria-label'))";
      expect(await page.evaluate(labels, strings)).toEqual(["Master and members"]);
      const selected = `(() => {
        getSelection().selectAllChildren(document.querySelector(".diagram"));
        return getSelection().toString();
      })()`;
      expect(await page.evaluate(selected, z.string())).toMatch(/master · \S+/);
      expect(await page.evaluate("document.documentElement.lang", z.string())).toBe("en");
      expect(await page.evaluate("document.title", z.string())).toMatch(/\S+ – NeuVector exporter$/);
      const headings = "[...document.querySelectorAll('h1,h2,h3')].map(({ tagName }) => tagName).join(' ')";
      expect(await page.evaluate(headings, z.string())).toBe(kind === "of a member" ? "H1 H2 H2 H2 H2" : "H1 H2 H2 H2");
      const landmarks = "['header', 'nav', 'main', 'footer'].map((name) => document.querySelectorAll(name).length)";
      expect(await page.evaluate(landmarks, numbers)).toEqual([1, 1, 1, 1]);
      const bare = `[...document.querySelectorAll("table")].flatMap((table) => [
        table.caption === null ? "a table without caption" : "",
        [...table.tHead.rows[0].cells].every(({ scope }) => scope === "col") ? "" : "a column without header",
        [...table.tBodies[0].rows].every(({ cells }) => cells[0].scope === "row") ? "" : "a row without header",
      ]).filter((complaint) => complaint !== "")`;
      expect(await page.evaluate(bare, strings)).toEqual([]);
      const links = "[...document.links].map(({ textContent }) => textContent.trim())";
      expect(await page.evaluate(links, strings)).not.toContain("");
    });
  });
});

test("the page of a master shows each member of the real federation with its status", async () => {
  await open(atMaster.url, desk, async (page) => {
    const text = await page.text();
    expect(text).toContain("master, 4 of 5 members synced");
    expect(text).toContain("1 disconnected");
    const drawn = `[...document.querySelectorAll(".diagram .name")].map((each) => each.textContent.trim())`;
    const names = await page.evaluate(drawn, strings);
    expect(names.toSorted()).toEqual(["primary", ...memberNames(federation.master)].toSorted());
  });
});

test("the page of a member shows its master, and how its join went", async () => {
  await open(atSite.url, desk, async (page) => {
    const text = await page.text();
    expect(text).toContain("This cluster is a member.");
    expect(text).toMatch(/Join at start\s+joined/);
    await page.evaluate(`(() => { ${openDetails}; return true })()`, z.boolean());
    expect(await page.text()).toContain("Federation join completed successfully!");
    const names = memberNames(federation.master).filter((name) => name.startsWith("site-"));
    expect(text).toContain(at(names, 0));
  });
});

test("without JavaScript the page says the same, and its details open", async () => {
  const withScripts = await open(atMaster.url, desk, (page) => page.text());
  await open(atMaster.url, { ...desk, javaScript: false }, async (page) => {
    expect(withoutTimes(await page.text())).toBe(withoutTimes(withScripts));
    const opened = `(() => { document.querySelector("summary").click(); return document.querySelector("details").open })()`;
    expect(await page.evaluate(opened, z.boolean())).toBe(true);
  });
});

/** Ages and times of the clock pass between two looks at one page. */
const withoutTimes = (text: string): string =>
  text.replace(/just now|\d+\s(?:s|min) ago/g, "(age)").replace(/\d{4}-\d\d-\d\d [\d:]+ UTC/g, "(time)");

test("light and dark differ as the reader prefers", async () => {
  const ground = "getComputedStyle(document.body).backgroundColor";
  const seen: string[] = [];
  for (const dark of [false, true]) {
    await open(atMaster.url, { ...desk, dark }, async (page) => {
      seen.push(await page.evaluate(ground, z.string()));
      const path = join(folder.path, `landing-${String(dark)}.png`);
      await page.screenshot(path);
      expect((await readFile(path)).byteLength).toBeGreaterThan(10_000);
    });
  }
  expect(seen).toEqual(["rgb(243, 245, 248)", "rgb(14, 19, 26)"]);
});

test("where the reader has chosen all colours, shapes, lines and words have the text's colour", async () => {
  await open(atMaster.url, { ...desk, forcedColors: true }, async (page) => {
    const colours = `[...new Set([
      ...[...document.querySelectorAll(".diagram .icon, .diagram .status, .pill")].map((each) => getComputedStyle(each).color),
      ...[...document.querySelectorAll(".members > li")].flatMap((each) =>
        ["::before", "::after"].map((line) => getComputedStyle(each, line).borderTopColor)),
    ])]`;
    const text = await page.evaluate("getComputedStyle(document.body).color", z.string());
    expect(text).toBe("rgb(255, 255, 255)");
    expect(await page.evaluate(colours, strings)).toEqual([text]);
  });
});
