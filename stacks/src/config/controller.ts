import {
  credentialsSchema,
  mapping,
  proxyRule,
  restAddress,
  secretReference,
  server,
  withRules,
} from "@fedjoin/provider/values";
import { tlsSchema, type SchemaContext } from "./context";

/** The controller that joins, from both sides. */
export function controllerSchema<S>(context: SchemaContext<S>) {
  const { port, basePath, proxy } = restAddress(context.secret).shape;
  return withRules(
    mapping({
      server: server
        .exactOptional()
        .describe("its REST API as the machine that runs Pulumi reaches it; required where the join is sent to it"),
      port,
      basePath,
      proxy: proxy.describe(
        "for the machine that runs Pulumi: connect through a proxy, its URL or environment; default a direct connection",
      ),
      service: restAddress(context.secret)
        .exactOptional()
        .describe("its REST API as the exporter reaches it; default the same address, directly"),
      credentials: credentialsSchema(context.secret, secretReference)
        .exactOptional()
        .describe("an account that may join; the exporter's too, unless it has its own. Required by either"),
      tls: tlsSchema(context).exactOptional().describe("how the controller proves who it is, to both"),
    }),
    proxyRule("proxy", ({ proxy: given }) => given),
    proxyRule("service.proxy", ({ service }) => service?.proxy),
  );
}
