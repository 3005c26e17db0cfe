import type { SimulatedController } from "@fedjoin/simulator";

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
