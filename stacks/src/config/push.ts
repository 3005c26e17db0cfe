import {
  atMostOne,
  expected,
  flag,
  mapping,
  proxyRule,
  proxyText,
  secretText,
  text,
  tokenUrlProblem,
  tokenUrlText,
  withRules,
} from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { tlsSchema, type SchemaContext } from "./context";

const paths = "/api/v1/otlp/v1/metrics of a Prometheus, or /v1/metrics of an OpenTelemetry collector";
const anInterval = expected("a number of seconds, 5 to 300");
const attributeName = text.regex(/^[A-Za-z][\w.-]*$/, "expected the name of an attribute, such as service.name");

/** Where an exporter pushes its metrics (docs/how-to/push.md). */
export function pushSchema<S>(context: SchemaContext<S>) {
  const { secret } = context;
  return withRules(
    mapping({
      url: tokenUrlText((url) => ({
        url: secret(url),
        isPlain: tokenUrlProblem(url, false) !== undefined,
        hasPath: new URL(url).pathname !== "/",
      }))
        .exactOptional()
        .describe(`the receiver: ${paths}; required unless existingSecret holds it`),
      intervalSeconds: z
        .int(anInterval)
        .min(5, anInterval)
        .max(300, anInterval)
        .exactOptional()
        .describe("time between two pushes; default 60"),
      allowHttp: flag.exactOptional().describe("accept a plain http URL; default false"),
      bearer: secretText(secret).exactOptional().describe("sent as Authorization: Bearer"),
      credentials: mapping({
        username: text.describe("its name"),
        password: secretText(secret).exactOptional().describe("its password; required unless existingSecret holds it"),
      })
        .exactOptional()
        .describe("an account at the receiver, instead of bearer"),
      proxy: proxyText(secret).exactOptional().describe("connect through a proxy: its URL, or environment"),
      tls: tlsSchema(context).exactOptional().describe("how to verify the receiver"),
      attributes: z
        .record(attributeName, text, expected("a mapping of names to text"))
        .exactOptional()
        .describe(
          "resource attributes; default service.name: neuvector, service.instance.id: the store id, k8s.cluster.uid if it is known",
        ),
    }),
    ...atMostOne("bearer", "credentials"),
    proxyRule("proxy", ({ proxy }) => proxy),
  ).transform(({ url: given, ...rest }, refinement) => {
    if (given === undefined) return rest;
    const { url, isPlain, hasPath } = given;
    if (!hasPath) refinement.addIssue({ code: "custom", path: ["url"], message: `expected a path: ${paths}` });
    if (isPlain && rest.allowHttp !== true) {
      const message = "expected https; plain http needs allowHttp: true";
      refinement.addIssue({ code: "custom", path: ["url"], message });
    }
    return { ...rest, url };
  });
}
