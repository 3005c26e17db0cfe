import type { SimulatedController } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { newLifecycle } from "./federation";

/** Joins every site to the master and waits until all are members; their names begin with `edge-` and a number from 1. */
export async function joinSites(master: SimulatedController, sites: readonly SimulatedController[]): Promise<void> {
  const lifecycle = newLifecycle();
  await Promise.all(
    sites.map((site, index) => lifecycle.create(fedJoinInputs(master, site, `edge-${String(index + 1)}`))),
  );
}

/** What an exporter is told to scrape a controller as its admin. */
export const envToScrape = ({
  rest,
  admin,
  fingerprint256,
}: SimulatedController): Readonly<Record<string, string>> => ({
  CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
  CTRL_USERNAME: admin.username,
  CTRL_PASSWORD: admin.password,
  CTRL_TLS_FINGERPRINT: fingerprint256,
});
