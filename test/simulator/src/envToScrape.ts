import type { Account } from "./controllerHandle";
import type { SimulatedController } from "./startController";

/** What an exporter is told to scrape a controller; as its admin by default. */
export const envToScrape = (
  { rest, admin, fingerprint256 }: SimulatedController,
  { username, password }: Account = admin,
): Readonly<Record<string, string>> => ({
  CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
  CTRL_USERNAME: username,
  CTRL_PASSWORD: password,
  CTRL_TLS_FINGERPRINT: fingerprint256,
});
