import type { SimulatedController } from "@fedjoin/simulator";

export interface Joining {
  readonly master: SimulatedController;
  readonly site: SimulatedController;
  /** Of the site's admin. */
  readonly password: string;
  /** The CA of both. */
  readonly caFile: string;
}

/** What an exporter is told that joins its site by the master with a given token, and tries again without much waiting. */
export const joinEnvironment = ({ master, site, password, caFile }: Joining) => ({
  CTRL_API_SERVICE: `${site.rest.server}:${site.rest.port}`,
  CTRL_PASSWORD: password,
  CTRL_CA_FILE: caFile,
  ENABLE_FED_JOIN: "true",
  PAAS_STORE_ID: "u2204a",
  MASTER_CLUSTER_ADDRESS: master.rest.server,
  MASTER_CLUSTER_PORT: String(master.rest.port),
  MASTER_CA_FILE: caFile,
  JOINT_REST_SERVER: site.rest.server,
  JOINT_REST_PORT: String(site.rest.port),
  JOIN_TOKEN: master.joinToken(),
  JOIN_INITIAL_DELAY_SECONDS: "0.05",
  JOIN_MAX_DELAY_SECONDS: "0.2",
});
