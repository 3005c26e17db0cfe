import { envToScrape } from "@fedjoin/simulator";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { fedJoinInputs, repositoryRoot } from "@fedjoin/testbed";
import { traitsOf } from "../simulator/src/core/productVersion";
import { at, memberNames, newLifecycle } from "../support/federation";
import { test } from "../support/fixtures";

const page = readFileSync(join(repositoryRoot, "docs/reference/versions.md"), "utf8");

/** The rows of the table of NeuVector's versions, without the column that is not simulated. */
const rows = [...page.matchAll(/^\| (5\.[^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|/gm)].map(([, ...cells]) => {
  const [versions = "", federatesWith = "", expiredSession = "", newMember = "", tls = ""] = cells.map((cell) =>
    cell.trim(),
  );
  return { versions: versions.split(", "), federatesWith, expiredSession, newMember, tls };
});
const versions = rows.flatMap((row) => row.versions);

test("docs/reference/versions.md begins with 5.3, ends with 5.6.1, and describes each version as the simulator has it", () => {
  expect([versions[0], versions.at(-1)]).toEqual(["5.3.0", "5.6.1"]);
  for (const { versions: same, expiredSession, newMember, tls } of rows) {
    for (const traits of same.map(traitsOf)) {
      expect(expiredSession).toBe(String(traits.expiredSessionStatus));
      expect(newMember).toBe(traits.pingsTooEarly ? "pending until a poll" : "joined");
      expect(tls).toBe(traits.minTls === "TLSv1.3" ? "1.3" : "1.2 or newer");
    }
  }
});

test("versions with the same words about whom they federate with are those that do", () => {
  const pairs = rows.flatMap(({ federatesWith, versions: same }) =>
    same.map((version) => [federatesWith, traitsOf(version).fedKvVersion] as const),
  );
  expect(new Set(pairs.map(String)).size).toBe(new Set(pairs.map(([words]) => words)).size);
  expect(new Set(pairs.map(String)).size).toBe(new Set(pairs.map(([, version]) => version)).size);
});

/** The first version of each row, and the newest of all. */
const representatives = [...rows.map((row) => at(row.versions, 0)), at(versions, versions.length - 1)];

describe.each(representatives)("NeuVector %s", (productVersion) => {
  test.extend("federationOptions", {
    selfSigned: true,
    masterOptions: { productVersion },
    siteOptions: { productVersion },
  })("a site joins, is refreshed, is scraped, and leaves", async ({ federation, startExporter }) => {
    const { master } = federation;
    const site = at(federation.sites, 0);
    const { id, outs } = await newLifecycle().create(fedJoinInputs(master, site, "u2204a"));
    expect(memberNames(master)).toEqual([id]);
    expect(await newLifecycle().read(id, outs)).toMatchObject({ props: { status: "joined" } });
    const exporter = await startExporter(envToScrape(site));
    const text = await exporter.scrape();
    expect(text).toContain("\nnv_up 1\n");
    expect(text).toContain(`nv_component_info{version="v${productVersion}"`);
    expect(text).not.toMatch(/^nv_scrape_collector_success\{.*\} 0$/m);
    await newLifecycle().delete(id, outs);
    expect(memberNames(master)).toEqual([]);
  });
});
