import { z } from "zod";
import { credentialsSchema, secretText, tlsSchema, type LeafPorts } from "./connection";
import { at, flag, joinVia, mapping, port, restAddress, server, text } from "./leaves";

/** The federation's master, and how its members get in. */
export function masterSchema<S>(ports: LeafPorts<S>) {
  return mapping({
    rest: restAddress.exactOptional().describe("the master's REST API, or the gateway before it"),
    federation: mapping({ server, port: port.default(11443) })
      .exactOptional()
      .describe("the master's federation address, where it must override the one in the join token"),
    credentials: credentialsSchema(ports)
      .exactOptional()
      .describe("a fedAdmin: mints join tokens, reads the members, removes leftovers; never given to a site"),
    tls: tlsSchema(ports).exactOptional(),
    joinVia: joinVia
      .default("controller")
      .describe("which endpoint gets the join: the joining cluster's own controller, or the master"),
    joinToken: secretText(ports).exactOptional().describe("one join token for all members"),
    joinTokenUrl: text
      .refine((url) => ["https:", "http:"].includes(protocolOf(url)), "expected an https URL")
      .transform((url) => ({ url: ports.secret(url), isPlain: protocolOf(url) === "http:" }))
      .exactOptional()
      .describe('answers {"context": "<join token>"}'),
    joinTokenUrlOptions: mapping({
      allowHttp: flag.exactOptional().describe("accept a plain http URL; default false"),
      bearer: secretText(ports).exactOptional().describe("sent as Authorization: Bearer"),
      tls: tlsSchema(ports).exactOptional(),
    }).exactOptional(),
  })
    .refine(
      ({ joinToken, joinTokenUrl }) => joinToken === undefined || joinTokenUrl === undefined,
      at("joinTokenUrl", "give joinToken or joinTokenUrl, not both"),
    )
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
}

const presence = z.looseObject({ joinVia: joinVia.catch("controller") }).catch({ joinVia: "controller" });

/** Read from the raw configuration, so that a flaw in the master hides none in its members. */
export function masterFacts(raw: unknown): MasterFacts {
  const { joinVia: via, ...keys } = presence.parse(raw);
  return {
    joinVia: via,
    hasCredentials: "credentials" in keys,
    hasToken: "joinToken" in keys || "joinTokenUrl" in keys,
  };
}
