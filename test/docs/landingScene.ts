import { createHash } from "node:crypto";
import { envToScrape, startController } from "@fedjoin/simulator";
import { startExporter } from "../support/exporterProcess";
import { cluster, ofMaster } from "../support/fedReplies";

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

/** An exporter whose landing page the documentation shows. */
export interface LandingScene {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the built exporter at a simulated master with the members above, on a free port by default. */
export async function startLandingScene(port?: number): Promise<LandingScene> {
  const master = await startController({ name: "primary", role: "master", ...(port !== undefined && { port }) });
  const exporter = await startExporter(envToScrape(master));
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
  return {
    url: `${exporter.url}/`,
    async close() {
      await exporter.stop();
      await master.close();
    },
  };
}

/** Changes when the page looks different, but not with times and ports. */
export async function landingFingerprint({ url }: LandingScene): Promise<string> {
  const page = await (await fetch(url)).text();
  const steady = page
    .replace(/<time[^>]*>[^<]*<\/time>/g, "time")
    .replace(/>\d+(\.\d+)?\sm?s</g, ">duration<")
    .replace(/127\.0\.0\.1:\d+/g, "address");
  return createHash("sha256").update(steady).digest("hex");
}
