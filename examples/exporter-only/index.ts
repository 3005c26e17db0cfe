import type { AddressArgs, TlsArgs } from "@fedjoin/provider";
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
    // An account with the role reader is enough.
    credentials: { username: config.require("username"), password: config.requireSecret("sitePassword") },
  },
});

export const address = exporter.address;
