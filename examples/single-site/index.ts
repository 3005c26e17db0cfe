import { FedJoin, type AddressArgs, type MasterArgs, type TlsArgs } from "@fedjoin/provider";
import { NeuVectorExporter } from "@fedjoin/stacks/component";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const site = config.requireObject<{ rest: AddressArgs; tls: TlsArgs }>("site");
const credentials = { username: "admin", password: config.requireSecret("sitePassword") };

const membership = new FedJoin(
  "u2204a",
  {
    storeId: "u2204a",
    master: {
      ...config.requireObject<MasterArgs>("master"),
      // Read when it is needed, where pulumi runs; never in the state.
      credentials: { username: "admin", passwordFrom: { env: "FEDJOIN_MASTER_PASSWORD" } },
    },
    controller: { ...site.rest, tls: site.tls, credentials },
    // Where the master reaches the site.
    jointRest: site.rest,
  },
  { protect: pulumi.getStack() === "prod" },
);

const exporter = new NeuVectorExporter("neuvector-exporter", {
  namespace: config.require("namespace"),
  image: config.require("image"),
  controller: { ...site.rest, tls: site.tls, credentials },
});

export const member = membership.clusterName;
export const address = exporter.address;
