import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBrowser } from "@fedjoin/testbed/browser";
import { repositoryRoot } from "@fedjoin/testbed";
import { landingFingerprint, startLandingScene } from "./landingScene";

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
  const scene = await startLandingScene(10443);
  const browser = await openBrowser();
  try {
    for (const { name, ...options } of shots) {
      const page = await browser.page(scene.url, options);
      const path = join(folder, `${name}.png`);
      await page.screenshot(path);
      await page.close();
      const { size } = statSync(path);
      if (size > mostBytes) throw new Error(`${path} has ${size} bytes, more than ${mostBytes}`);
      console.log(`wrote docs/images/${name}.png, ${size} bytes`);
    }
    writeFileSync(join(folder, "landing.sha256"), `${await landingFingerprint(scene)}\n`);
  } finally {
    await browser.close();
    await scene.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
