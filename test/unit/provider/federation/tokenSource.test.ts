import { obtainJoinToken } from "../../../../provider/src/federation/tokenSource";
import type { TransportRequest } from "../../../../provider/src/neuvector/ports";
import type { TokenSource } from "@fedjoin/provider/federation";
import { NeuVectorError, type Address, type Ports } from "@fedjoin/provider/neuvector";
import { Secret } from "@fedjoin/provider/values";
import { describe, expect, test } from "vitest";

const tokenOf = (contents: object): Secret => new Secret(Buffer.from(JSON.stringify(contents)).toString("base64"));
const token = tokenOf({ s: "Master.example", p: 11443, t: "canary" });

/** Ports whose network gives the token, with what was asked and said. */
function world() {
  const asked: TransportRequest[] = [];
  const said: string[] = [];
  const never = (): never => {
    throw new Error("not expected");
  };
  const ports: Ports = {
    clock: { now: never, sleep: never },
    random: { below: never },
    transport: {
      send(request) {
        asked.push(request);
        return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify({ context: token.reveal() }) });
      },
    },
    log: (level, message) => said.push(`${level} ${message}`),
  };
  return { ports, asked, said };
}

const urlSource: TokenSource = { kind: "url", url: new Secret("https://tokens.example/t"), tls: { serverName: "x" } };

describe("R3: a join token URL", () => {
  test("has 20 s and 64 kB", async () => {
    const { ports, asked } = world();
    await obtainJoinToken(urlSource, { ports, master: undefined });
    expect(asked).toMatchObject([
      {
        target: { protocol: "https", server: "tokens.example", port: 443, tls: { serverName: "x" } },
        path: "/t",
        timeoutMs: 20_000,
        maxBytes: 65_536,
      },
    ]);
  });

  test("that is not a URL is said so without it", async () => {
    const { ports, asked } = world();
    const source: TokenSource = { kind: "url", url: new Secret("https://u:canary@:x"), tls: {} };
    const error = await obtainJoinToken(source, { ports, master: undefined }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NeuVectorError);
    expect(JSON.stringify(error) + String(error)).not.toContain("canary");
    expect(asked).toEqual([]);
  });
});

describe("a token that names another master than the declared one", () => {
  const declared: Address = { server: "10.0.0.1", port: 11443 };
  const warning =
    "warn The join token names the master Master.example:11443; the declared 10.0.0.1:11443 is used instead";

  test.each<[string, TokenSource]>([
    ["given", { kind: "given", token }],
    ["fetched", urlSource],
  ])("is warned of when it was %s", async (_how, source) => {
    const { ports, said } = world();
    expect((await obtainJoinToken(source, { ports, master: undefined, masterFederation: declared })).reveal()).toBe(
      token.reveal(),
    );
    expect(said).toEqual([warning]);
  });

  test.each<[string, Secret, Address | undefined]>([
    ["it names the same, in other letters", token, { server: "master.example", port: 11443 }],
    ["no master is declared", token, undefined],
    ["it names none", new Secret("a-fixed-token"), declared],
  ])("is not when %s", async (_why, given, masterFederation) => {
    const { ports, said } = world();
    await obtainJoinToken({ kind: "given", token: given }, { ports, master: undefined, masterFederation });
    expect(said).toEqual([]);
  });
});
