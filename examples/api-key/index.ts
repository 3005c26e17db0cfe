import { FedJoin, type AddressArgs, type MasterArgs, type TlsArgs } from "@fedjoin/provider";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const site = config.requireObject<{ rest: AddressArgs; tls: TlsArgs }>("site");

const membership = new FedJoin(
  "u2204a",
  {
    storeId: "u2204a",
    master: {
      ...config.requireObject<MasterArgs>("master"),
      credentials: { apiKeyFrom: { env: "FEDJOIN_MASTER_APIKEY" } },
    },
    controller: {
      ...site.rest,
      tls: site.tls,
      credentials: { apiKeyFrom: { env: "FEDJOIN_SITE_APIKEY" } },
    },
    jointRest: site.rest,
  },
  { protect: pulumi.getStack() === "prod" },
);

export const member = membership.clusterName;
