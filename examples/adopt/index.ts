import { FedJoin, type AddressArgs, type MasterArgs, type TlsArgs } from "@fedjoin/provider";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const site = config.requireObject<{ rest: AddressArgs; tls: TlsArgs }>("site");

const membership = new FedJoin(
  "u2204a",
  {
    storeId: "u2204a",
    // The membership is taken over as it is, under the name that the master lists. If there is none, `up` fails.
    ifAbsent: "fail",
    master: {
      ...config.requireObject<MasterArgs>("master"),
      credentials: { username: "admin", passwordFrom: { env: "FEDJOIN_MASTER_PASSWORD" } },
    },
    controller: {
      ...site.rest,
      tls: site.tls,
      credentials: { username: "admin", passwordFrom: { env: "FEDJOIN_SITE_PASSWORD" } },
    },
    jointRest: site.rest,
  },
  { protect: pulumi.getStack() === "prod" },
);

export const member = membership.clusterName;
