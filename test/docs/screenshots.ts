import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { startExporter } from "../support/exporterProcess";
import { startController } from "@fedjoin/simulator";
import { openBrowser } from "@fedjoin/testbed/browser";
import { envToScrape } from "../support/envToScrape";
import { cluster, ofMaster } from "../support/fedReplies";
import { repositoryRoot } from "@fedjoin/testbed";

/** A small federation with a bit of everything. */
const members = [
  ["berlin", "synced"],
  ["gdansk", "synced"],
  ["lyon", "out_of_sync"],
  ["malmo", "synced"],
  ["milano", "synced"],
  ["oslo", "disconnected"],
  ["porto", "synced"],
  ["riga", "joint_upgrade_required"],
  ["sofia", "synced"],
  ["turku", "synced"],
  ["utrecht", "synced"],
  ["zurich", "joined"],
] as const;

const suffixes = ["Xy9K2m", "p3RtQz", "aB7c1D", "Lm0wE4", "k9ZsT2", "VhJ5nu"];

const shots = [
  { name: "landing-light", width: 1160, height: 890 },
  { name: "landing-dark", width: 1160, height: 890, dark: true },
  { name: "landing-phone", width: 360, height: 1280 },
];

/** What a picture in the repository may weigh. */
const mostBytes = 150_000;

/** Takes the pictures of the landing page for the documentation, from the built exporter at a simulated master. */
async function main(): Promise<void> {
  const folder = join(repositoryRoot, "docs/images");
  mkdirSync(folder, { recursive: true });
  const master = await startController({ name: "primary", role: "master", port: 10443 });
  const exporter = await startExporter(envToScrape(master));
  const browser = await openBrowser();
  try {
    const entries = members.map(([place, status], index) =>
      cluster(`store-${place}-${suffixes[index % suffixes.length] ?? ""}`, status),
    );
    master.faults.add({
      match: { method: "GET", path: "/v1/fed/member" },
      what: "garbage",
      body: JSON.stringify(ofMaster(entries)),
      contentType: "application/json",
    });
    await exporter.scrape();
    for (const { name, ...options } of shots) {
      const page = await browser.page(`${exporter.url}/`, options);
      const path = join(folder, `${name}.png`);
      await page.screenshot(path);
      await page.close();
      const { size } = statSync(path);
      if (size > mostBytes) throw new Error(`${path} has ${size} bytes, more than ${mostBytes}`);
      console.log(`wrote docs/images/${name}.png, ${size} bytes`);
    }
  } finally {
    await browser.close();
    await exporter.stop();
    await master.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
