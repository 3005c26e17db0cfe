import { FedJoin, type AddressArgs, type TlsArgs } from "@fedjoin/provider";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const master = config.requireObject<{ rest: AddressArgs; federation: AddressArgs; tls: TlsArgs }>("master");
const site = config.requireObject<{ rest: AddressArgs; tls: TlsArgs }>("site");
// The URL may hold a password. "environment" takes it from HTTPS_PROXY and NO_PROXY instead.
const proxy = config.requireSecret("proxy");

const membership = new FedJoin(
  "u2204a",
  {
    storeId: "u2204a",
    master: {
      ...master,
      rest: { ...master.rest, proxy },
      credentials: { username: "admin", passwordFrom: { env: "FEDJOIN_MASTER_PASSWORD" } },
    },
    controller: {
      ...site.rest,
      proxy,
      tls: site.tls,
      credentials: { username: "admin", passwordFrom: { env: "FEDJOIN_SITE_PASSWORD" } },
    },
    jointRest: site.rest,
  },
  { protect: pulumi.getStack() === "prod" },
);

export const member = membership.clusterName;
