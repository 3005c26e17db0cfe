import type { AddressArgs, MasterArgs, TlsArgs } from "@fedjoin/provider";
import { NeuVectorExporter } from "@fedjoin/stacks/component";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const site = config.requireObject<{ rest: AddressArgs; tls: TlsArgs }>("site");

const exporter = new NeuVectorExporter("neuvector-exporter", {
  namespace: config.require("namespace"),
  image: config.require("image"),
  controller: {
    ...site.rest,
    tls: site.tls,
    credentials: { username: "admin", password: config.requireSecret("sitePassword") },
  },
  join: {
    storeId: "u2204a",
    master: config.requireObject<Omit<MasterArgs, "credentials">>("master"),
    joinVia: "controller",
    jointRest: site.rest,
    joinToken: config.requireSecret("joinToken"),
  },
});

export const address = exporter.address;
