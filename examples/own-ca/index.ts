import { readFileSync } from "node:fs";
import { FedJoin, type AddressArgs, type MasterArgs } from "@fedjoin/provider";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const site = config.requireObject<AddressArgs>("site");
const tls = { ca: readFileSync("ca.pem", "utf8") };

const membership = new FedJoin(
  "u2204a",
  {
    storeId: "u2204a",
    master: {
      ...config.requireObject<MasterArgs>("master"),
      tls,
      credentials: { username: "admin", passwordFrom: { env: "FEDJOIN_MASTER_PASSWORD" } },
    },
    controller: {
      ...site,
      tls,
      credentials: { username: "admin", passwordFrom: { env: "FEDJOIN_SITE_PASSWORD" } },
    },
    jointRest: site,
  },
  { protect: pulumi.getStack() === "prod" },
);

export const member = membership.clusterName;
