import { trimText, unverifiedProxyProblem } from "@fedjoin/provider/values";
import { z } from "zod";
import {
  proxySchema,
  proxiedRestAddress,
  credentialsOrReferenceSchema,
  secretMeta,
  secretText,
  tlsSchema,
  type SchemaContext,
} from "./connection";
import { at, atMostOne, flag, joinVia, mapping, port, server, text } from "./scalars";
import { secretReference } from "./secretReference";

/** The federation's master, and how its members get in. */
export function masterSchema<S>(ports: SchemaContext<S>) {
  return mapping({
    rest: proxiedRestAddress(ports).exactOptional().describe("the master's REST API, or a gateway in front of it"),
    federation: mapping({
      server: server.describe("a host name or an address, without scheme or port"),
      port: port.default(11443).describe("its port"),
    })
      .exactOptional()
      .describe("the master's federation address, if it must override the one in the join token"),
    credentials: credentialsOrReferenceSchema(ports)
      .exactOptional()
      .describe("a fedAdmin: mints join tokens, reads members, deletes stale entries; never sent to a site"),
    tls: tlsSchema(ports).exactOptional().describe("how to verify the master's REST API"),
    joinVia: joinVia
      .default("controller")
      .describe("where to send the join: to the joining cluster's own controller, or to the master"),
    joinToken: secretText(ports, trimText).exactOptional().describe("one join token for all members"),
    joinTokenFrom: secretReference
      .exactOptional()
      .describe("where a FedJoin reads the join token, instead of joinToken"),
    joinTokenUrl: text
      .refine((url) => ["https:", "http:"].includes(protocolOf(url)), "expected an https URL")
      .transform((url) => ({ url: ports.secret(url), isPlain: protocolOf(url) === "http:" }))
      .meta(secretMeta)
      .exactOptional()
      .describe('an https URL that returns {"context": "the join token"}'),
    joinTokenUrlFrom: secretReference
      .exactOptional()
      .describe("where a FedJoin reads that URL, instead of joinTokenUrl"),
    joinTokenUrlOptions: mapping({
      allowHttp: flag.exactOptional().describe("accept a plain http URL; default false"),
      bearer: secretText(ports).exactOptional().describe("sent as Authorization: Bearer"),
      bearerFrom: secretReference.exactOptional().describe("where a FedJoin reads the bearer, instead of bearer"),
      tls: tlsSchema(ports).exactOptional().describe("how to verify the server of the URL"),
      proxy: proxySchema(ports),
    })
      .check(...atMostOne("bearer", "bearerFrom"))
      .refine(({ proxy, tls }) => proxy === undefined || tls?.verify !== false, at("proxy", unverifiedProxyProblem))
      .exactOptional()
      .describe("how to fetch the token from the URL"),
  })
    .check(...atMostOne("joinToken", "joinTokenFrom", "joinTokenUrl", "joinTokenUrlFrom"))
    .refine(
      ({ joinTokenUrl, joinTokenUrlOptions }) =>
        joinTokenUrl?.isPlain !== true || joinTokenUrlOptions?.allowHttp === true,
      at("joinTokenUrl", "expected https; plain http needs joinTokenUrlOptions.allowHttp: true"),
    )
    .refine(
      ({ rest, tls }) => rest?.proxy === undefined || tls?.verify !== false,
      at("rest.proxy", unverifiedProxyProblem),
    )
    .refine(
      ({ rest, credentials }) => rest !== undefined || credentials === undefined,
      at("rest", "is required beside master.credentials"),
    )
    .refine(
      ({ rest, joinVia: via }) => rest !== undefined || via !== "master",
      at("rest", "is required by joinVia: master"),
    )
    .transform(({ joinTokenUrl, ...rest }) => ({
      ...rest,
      ...(joinTokenUrl !== undefined && { joinTokenUrl: joinTokenUrl.url }),
    }));
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : "";
}

/** What the members' rules ask of the master. */
export interface MasterFacts {
  readonly joinVia: "controller" | "master";
  readonly hasCredentials: boolean;
  readonly hasToken: boolean;
  /** The token, its URL or the URL's bearer is a reference, which no exporter can read. */
  readonly refersToToken: boolean;
  readonly refersToBearer: boolean;
}

const masterPresence = z
  .looseObject({
    joinVia: joinVia.catch("controller"),
    joinTokenUrlOptions: z.looseObject({}).catch({}),
  })
  .catch({ joinVia: "controller", joinTokenUrlOptions: {} });

/** Read from the raw configuration, so that a flaw in the master hides none in its members. */
export function masterFacts(raw: unknown): MasterFacts {
  const { joinVia: via, joinTokenUrlOptions: options, ...keys } = masterPresence.parse(raw);
  return {
    joinVia: via,
    hasCredentials: "credentials" in keys,
    hasToken: ["joinToken", "joinTokenFrom", "joinTokenUrl", "joinTokenUrlFrom"].some((key) => key in keys),
    refersToToken: "joinTokenFrom" in keys || "joinTokenUrlFrom" in keys || "bearerFrom" in options,
    refersToBearer: "bearerFrom" in options,
  };
}
