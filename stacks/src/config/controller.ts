import {
  credentialsSchema,
  mapping,
  proxyRule,
  restAddress,
  secretReference,
  server,
  withRules,
} from "@fedjoin/provider/internal/values";
import { tlsSchema, type SchemaContext } from "./context";

/** The controller that joins, from both sides. */
export function controllerSchema<S>(context: SchemaContext<S>) {
  const { port, basePath, proxy } = restAddress(context.secret).shape;
  return withRules(
    mapping({
      server: server
        .exactOptional()
        .describe("the REST API as the machine that runs Pulumi reaches it; required if the join is sent to it"),
      port,
      basePath,
      proxy: proxy.describe(
        "for the machine that runs Pulumi: connect through a proxy, its URL or environment; default: a direct connection",
      ),
      service: restAddress(context.secret)
        .exactOptional()
        .describe("the REST API as the exporter reaches it; default: the same address, directly"),
      credentials: credentialsSchema(context.secret, secretReference)
        .exactOptional()
        .describe("an account that may join, and the exporter's unless it has its own. Required for either"),
      tls: tlsSchema(context).exactOptional().describe("how to verify the controller, for both"),
    }),
    proxyRule("proxy", ({ proxy: given }) => given),
    proxyRule("service.proxy", ({ service }) => service?.proxy),
  );
}
