import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { landingFingerprint, startLandingScene } from "../../docs/landingScene";
import { test } from "../../support/fixtures";

test("the pictures of the landing page show today's page; else run npm run screenshots", async ({ closing }) => {
  const scene = closing(await startLandingScene());
  expect(await landingFingerprint(scene)).toBe(readFileSync("docs/images/landing.sha256", "utf8").trim());
});
