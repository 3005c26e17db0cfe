import { z } from "zod";
import { referableCredentialsSchema, secretText, tlsSchema, type LeafPorts } from "./connection";
import { at, atMostOne, flag, joinVia, mapping, port, restAddress, server, text } from "./leaves";
import { secretReference } from "./secretReference";

/** The federation's master, and how its members get in. */
export function masterSchema<S>(ports: LeafPorts<S>) {
  return mapping({
    rest: restAddress.exactOptional().describe("the master's REST API, or the gateway before it"),
    federation: mapping({ server, port: port.default(11443) })
      .exactOptional()
      .describe("the master's federation address, where it must override the one in the join token"),
    credentials: referableCredentialsSchema(ports)
      .exactOptional()
      .describe("a fedAdmin: mints join tokens, reads the members, removes leftovers; never given to a site"),
    tls: tlsSchema(ports).exactOptional(),
    joinVia: joinVia
      .default("controller")
      .describe("which endpoint gets the join: the joining cluster's own controller, or the master"),
    joinToken: secretText(ports).exactOptional().describe("one join token for all members"),
    joinTokenFrom: secretReference.exactOptional(),
    joinTokenUrl: text
      .refine((url) => ["https:", "http:"].includes(protocolOf(url)), "expected an https URL")
      .transform((url) => ({ url: ports.secret(url), isPlain: protocolOf(url) === "http:" }))
      .exactOptional()
      .describe('answers {"context": "<join token>"}'),
    joinTokenUrlFrom: secretReference.exactOptional(),
    joinTokenUrlOptions: mapping({
      allowHttp: flag.exactOptional().describe("accept a plain http URL; default false"),
      bearer: secretText(ports).exactOptional().describe("sent as Authorization: Bearer"),
      bearerFrom: secretReference.exactOptional(),
      tls: tlsSchema(ports).exactOptional(),
    })
      .check(...atMostOne("bearer", "bearerFrom"))
      .exactOptional(),
  })
    .check(...atMostOne("joinToken", "joinTokenFrom", "joinTokenUrl", "joinTokenUrlFrom"))
    .refine(
      ({ joinTokenUrl, joinTokenUrlOptions }) =>
        joinTokenUrl?.isPlain !== true || joinTokenUrlOptions?.allowHttp === true,
      at("joinTokenUrl", "expected https; plain http needs joinTokenUrlOptions.allowHttp: true"),
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
}

const presence = z
  .looseObject({
    joinVia: joinVia.catch("controller"),
    joinTokenUrlOptions: z.looseObject({}).catch({}),
  })
  .catch({ joinVia: "controller", joinTokenUrlOptions: {} });

/** Read from the raw configuration, so that a flaw in the master hides none in its members. */
export function masterFacts(raw: unknown): MasterFacts {
  const { joinVia: via, joinTokenUrlOptions: options, ...keys } = presence.parse(raw);
  return {
    joinVia: via,
    hasCredentials: "credentials" in keys,
    hasToken: ["joinToken", "joinTokenFrom", "joinTokenUrl", "joinTokenUrlFrom"].some((key) => key in keys),
    refersToToken: "joinTokenFrom" in keys || "joinTokenUrlFrom" in keys || "bearerFrom" in options,
  };
}
