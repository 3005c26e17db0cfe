import { NeuVectorUser, type AddressArgs, type TlsArgs } from "@fedjoin/provider";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const site = config.requireObject<{ rest: AddressArgs; tls: TlsArgs }>("site");
const controller = {
  ...site.rest,
  tls: site.tls,
  // Read when it is needed, where pulumi runs; never in the state.
  credentials: { username: "admin", passwordFrom: { env: "FEDJOIN_ADMIN_PASSWORD" } },
};

const reader = new NeuVectorUser("reader", {
  controller,
  username: config.get("readerName") ?? "metrics-reader",
  password: config.requireSecret("readerPassword"),
  role: "reader",
});

const joiner = new NeuVectorUser("joiner", {
  controller,
  username: "fedjoin",
  password: config.requireSecret("joinerPassword"),
  role: "admin",
});

export const accounts = [reader, joiner].map(({ username, role, status }) => ({ username, role, status }));
