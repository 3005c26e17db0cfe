import {
  atMostOne,
  credentialsSchema,
  federationAddress,
  joinTokenText,
  mapping,
  proxyRule,
  restAddress,
  secretReference,
  tokenUrlOptions,
  tokenUrlProblem,
  tokenUrlText,
  withRules,
} from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { tlsSchema, type SchemaContext } from "./context";
import { joinVia } from "./scalars";

/** The federation's master, and how its members get in. */
export function masterSchema<S>(context: SchemaContext<S>) {
  const { secret } = context;
  const tls = tlsSchema(context);
  return withRules(
    mapping({
      rest: restAddress(secret).exactOptional().describe("the master's REST API, or a gateway in front of it"),
      federation: federationAddress
        .exactOptional()
        .describe("the master's federation address, if it must override the one in the join token"),
      credentials: credentialsSchema(secret, secretReference)
        .exactOptional()
        .describe("a fedAdmin: mints join tokens, reads members, deletes stale entries; never sent to a site"),
      tls: tls.exactOptional().describe("how to verify the master's REST API"),
      joinVia: joinVia
        .default("controller")
        .describe("where to send the join: to the joining cluster's own controller, or to the master"),
      joinToken: joinTokenText(secret).exactOptional().describe("one join token for all members"),
      joinTokenFrom: secretReference
        .exactOptional()
        .describe("where a FedJoin reads the join token, instead of joinToken"),
      joinTokenUrl: tokenUrlText((url) => ({ url: secret(url), isPlain: tokenUrlProblem(url, false) !== undefined }))
        .exactOptional()
        .describe('an https URL that returns {"context": "the join token"}'),
      joinTokenUrlFrom: secretReference
        .exactOptional()
        .describe("where a FedJoin reads that URL, instead of joinTokenUrl"),
      joinTokenUrlOptions: tokenUrlOptions(secret, secretReference, tls)
        .exactOptional()
        .describe("how to fetch the token from the URL"),
    }),
    ...atMostOne("joinToken", "joinTokenFrom", "joinTokenUrl", "joinTokenUrlFrom"),
    [
      "joinTokenUrl",
      tokenUrlProblem("http://plain", false) ?? "",
      ({ joinTokenUrl, joinTokenUrlOptions }) =>
        joinTokenUrl?.isPlain !== true || joinTokenUrlOptions?.allowHttp === true,
    ],
    proxyRule("rest.proxy", ({ rest }) => rest?.proxy),
    [
      "rest",
      "is required beside master.credentials",
      ({ rest, credentials }) => rest !== undefined || credentials === undefined,
    ],
    ["rest", "is required by joinVia: master", ({ rest, joinVia: via }) => rest !== undefined || via !== "master"],
  ).transform(({ joinTokenUrl, ...rest }) => ({
    ...rest,
    ...(joinTokenUrl !== undefined && { joinTokenUrl: joinTokenUrl.url }),
  }));
}

/** What the rules for members need to know about the master. */
export interface MasterFacts {
  readonly joinVia: "controller" | "master";
  readonly hasCredentials: boolean;
  readonly hasToken: boolean;
  /** The token, its URL or the URL's bearer is a reference, which no exporter can read. */
  readonly refersToToken: boolean;
  readonly refersToBearer: boolean;
}

const rawKeys = z
  .looseObject({
    joinVia: joinVia.catch("controller"),
    joinTokenUrlOptions: z.looseObject({}).catch({}),
  })
  .catch({ joinVia: "controller", joinTokenUrlOptions: {} });

/** Read from the raw configuration, so that a mistake in the master hides none in its members. */
export function masterFacts(raw: unknown): MasterFacts {
  const { joinVia: via, joinTokenUrlOptions: options, ...keys } = rawKeys.parse(raw);
  return {
    joinVia: via,
    hasCredentials: "credentials" in keys,
    hasToken: ["joinToken", "joinTokenFrom", "joinTokenUrl", "joinTokenUrlFrom"].some((key) => key in keys),
    refersToToken: "joinTokenFrom" in keys || "joinTokenUrlFrom" in keys || "bearerFrom" in options,
    refersToBearer: "bearerFrom" in options,
  };
}
