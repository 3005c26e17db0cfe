import { FedJoin, type AddressArgs, type MasterArgs, type TlsArgs } from "@fedjoin/provider";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const sites = config.requireObject<{ storeId: string; rest: AddressArgs; tls: TlsArgs }[]>("sites");
const master = {
  ...config.requireObject<MasterArgs>("master"),
  // Read when it is needed, where pulumi runs; never in the state.
  credentials: { username: "admin", passwordFrom: { env: "FEDJOIN_MASTER_PASSWORD" } },
};

const memberships = sites.map(
  ({ storeId, rest, tls }) =>
    new FedJoin(
      storeId,
      {
        storeId,
        master,
        controller: {
          ...rest,
          tls,
          credentials: { username: "admin", passwordFrom: { env: "FEDJOIN_SITE_PASSWORD" } },
        },
        jointRest: rest,
      },
      { protect: pulumi.getStack() === "prod" },
    ),
);

export const members = memberships.map(({ clusterName }) => clusterName);
