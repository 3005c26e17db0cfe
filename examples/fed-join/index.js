// @ts-check
const { FedJoin } = require("@fedjoin/provider");
const pulumi = require("@pulumi/pulumi");

const config = new pulumi.Config();

const master = {
  rest: { server: config.require("master"), port: config.requireNumber("masterPort") },
  // Read when it is needed, on the machine that runs pulumi; never in the state.
  credentials: { username: "admin", passwordFrom: { env: "NEUVECTOR_MASTER_PASSWORD" } },
  tls: { fingerprint: config.require("masterFingerprint") },
};

/** @type {{ storeId: string, server: string, port: number, fingerprint: string }[]} */
const stores = config.requireObject("stores");

exports.members = stores.map(({ storeId, server, port, fingerprint }) => {
  const member = new FedJoin(storeId, {
    storeId,
    master,
    controller: {
      server,
      port,
      credentials: { username: "admin", password: config.requireSecret("sitePassword") },
      tls: { fingerprint },
    },
    jointRest: { server, port },
  });
  return { storeId, name: member.clusterName, status: member.status };
});
