import { obtainJoinToken, type TokenContext } from "../../../../provider/src/federation/tokenSource";
import type { TransportRequest } from "../../../../provider/src/neuvector/ports";
import type { TokenSource } from "@fedjoin/provider/internal/federation";
import { NeuVectorError, type Ports } from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { createVirtualNetwork, encodeJoinToken } from "@fedjoin/simulator";
import { describe, expect, test } from "vitest";
import { virtualPorts } from "../../../support/virtualPorts";

const token = new Secret(encodeJoinToken({ server: "Master.example", port: 11443, ticket: "canary" }));

/** Obtains the token where every URL gives it; gives the result or error, and what was asked and said. */
async function obtain(source: TokenSource, context: Partial<TokenContext> = {}) {
  const [asked, said] = [[] as TransportRequest[], [] as string[]];
  const send: Ports["transport"]["send"] = (request) => {
    asked.push(request);
    return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify({ context: token.reveal() }) });
  };
  const log: Ports["log"] = (level, message) => void said.push(`${level} ${message}`);
  const ports = { ...virtualPorts(createVirtualNetwork()), transport: { send }, log };
  const result = await obtainJoinToken(source, { ports, master: undefined, ...context }).catch(
    (error: unknown) => error,
  );
  return { result, asked, said };
}

const urlSource: TokenSource = { kind: "url", url: new Secret("https://tokens.example/t"), tls: { serverName: "x" } };

describe("R3: a join token URL", () => {
  test("has 20 s and 64 kB", async () => {
    const target = { protocol: "https", server: "tokens.example", port: 443, tls: { serverName: "x" } };
    const { asked } = await obtain(urlSource);
    expect(asked).toMatchObject([{ target, path: "/t", timeoutMs: 20_000, maxBytes: 65_536 }]);
  });

  test("that is not a URL is said so without it", async () => {
    const { result, asked } = await obtain({ kind: "url", url: new Secret("https://u:canary@:x"), tls: {} });
    expect(result).toBeInstanceOf(NeuVectorError);
    expect(JSON.stringify(result) + String(result)).not.toContain("canary");
    expect(asked).toEqual([]);
  });
});

describe("a token that names another master than the declared one", () => {
  const masterFederation = { server: "10.0.0.1", port: 11443 };
  const given: TokenSource = { kind: "given", token };

  test.each([given, urlSource])("is warned of: $kind", async (source) => {
    const { result, said } = await obtain(source, { masterFederation });
    expect(result instanceof Secret && result.reveal()).toBe(token.reveal());
    expect(said).toEqual([
      "warn The join token names the master Master.example:11443; the declared 10.0.0.1:11443 is used instead",
    ]);
  });

  test.each<[string, TokenSource, Partial<TokenContext>]>([
    ["it names the same, in other letters", given, { masterFederation: { server: "master.example", port: 11443 } }],
    ["no master is declared", given, {}],
    ["it names none", { kind: "given", token: new Secret("a-fixed-token") }, { masterFederation }],
  ])("is not when %s", async (_why, source, context) => {
    expect((await obtain(source, context)).said).toEqual([]);
  });
});
