import type { Testbed } from "../testbed";
import { exporterImage } from "./stackConfig";

/**
 * The parts of a stack's configuration for an estate whose certificates are of one CA: who the master is, what every
 * member gets, and where each site is.
 */
export function sharedCaConfig({ federation: { master, sites, ca }, controlPlane }: Testbed) {
  return {
    master: { rest: master.rest, credentials: { username: master.admin.username }, tls: { ca } },
    defaults: {
      kubernetes: { kubeconfigFile: controlPlane.kubeconfigPath, timeoutSeconds: 60 },
      createNamespace: true,
      controller: { credentials: { username: "admin" }, tls: { ca } },
      exporter: { image: exporterImage },
      timeoutSeconds: 60,
    },
    places: sites.map(({ rest }) => ({ controller: rest, jointRest: rest })),
  };
}
