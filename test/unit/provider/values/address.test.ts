import { sameAddress } from "../../../../provider/src/neuvector/ports";
import { diffInputs } from "../../../../provider/src/resources/fedJoin/diff";
import { parseFedJoinInputs } from "../../../../provider/src/resources/fedJoin/inputs";
import { diffUser } from "../../../../provider/src/resources/neuVectorUser/diff";
import { addressKey, formatAddress } from "@fedjoin/provider/neuvector";
import { canonicalServer, parseServer } from "@fedjoin/provider/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tlsServerName } from "../../../../provider/src/values/server";

describe("a server is read in one way everywhere", () => {
  test.each([
    ["neuvector.example.com", "neuvector.example.com"],
    ["Master.Example.COM.", "Master.Example.COM."],
    ["cn-wukong-r2204a_1.mcd.store", "cn-wukong-r2204a_1.mcd.store"],
    ["münchen.example", "xn--mnchen-3ya.example"],
    ["192.168.8.209", "192.168.8.209"],
    ["::1", "::1"],
    ["[::1]", "::1"],
    ["[FD00:0:0::10]", "FD00:0:0::10"],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.1"],
    ["fe80::1%eth0", "fe80::1%eth0"],
  ])("%s", (text, server) => {
    expect(parseServer(text)).toEqual({ server });
  });

  test.each(["[::1]:10443", "neuvector:10443", "10.0.0.1:443", "[::1]:", "neuvector:"])(
    "the port of %s goes into its own field",
    (text) => {
      expect(parseServer(text)).toEqual({ problem: "the port belongs in its own field" });
    },
  );

  test.each([
    ...[
      "",
      ".",
      "https://neuvector",
      "https://[::1]:10443",
      "neuvector/path",
      "neuvector:443/path",
      "a b",
      "a?b",
      "a#b",
    ],
    ...["user@neuvector", "::1::2", "[neuvector]", "[::1", "::1]", "[[::1]]", "::g", "*.example.com"],
  ])("%s is refused", (text) => {
    expect(parseServer(text)).toEqual({
      problem: "expected a host name or an address, without scheme, path or port",
    });
  });
});

describe("an address has one canonical form", () => {
  test.each([
    ["NeuVector.Example.com.", "neuvector.example.com"],
    ["[::1]", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0db8::0001", "2001:db8::1"],
    ["::ffff:192.0.2.1", "::ffff:c000:201"],
    ["[::FFFF:c000:0201]", "::ffff:c000:201"],
    ["FE80::1%eth0", "fe80::1%eth0"],
    ["MÜNCHEN.example", "xn--mnchen-3ya.example"],
    ["192.168.8.209", "192.168.8.209"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalServer(text)).toBe(canonical);
  });

  const ipv6 = fc.ipV6();
  const name = fc.domain();

  test("it is its own canonical form, whatever the spelling", () => {
    fc.assert(
      fc.property(fc.oneof(ipv6, name, fc.ipV4(), fc.string()), (server) => {
        expect(canonicalServer(canonicalServer(server))).toBe(canonicalServer(server));
      }),
    );
  });

  test("brackets, letter case and a dot at the end make no other address; another port does", () => {
    fc.assert(
      fc.property(ipv6, name, fc.integer({ min: 1, max: 65_534 }), (address, host, port) => {
        expect(sameAddress({ server: address, port }, { server: `[${address.toUpperCase()}]`, port })).toBe(true);
        expect(sameAddress({ server: host, port }, { server: `${host.toUpperCase()}.`, port })).toBe(true);
        expect(sameAddress({ server: host, port }, { server: host, port: port + 1 })).toBe(false);
        expect(sameAddress({ server: host, port }, { server: address, port })).toBe(false);
      }),
    );
  });

  test("an address is shown with one pair of brackets", () => {
    expect(formatAddress({ server: "[::1]", port: 10443 })).toBe("[::1]:10443");
    expect(formatAddress({ server: "::1", port: 10443 })).toBe("[::1]:10443");
    expect(addressKey({ server: "[0::1]", port: 10443 })).toBe("[::1]:10443");
  });
});

describe("TLS asks for a name", () => {
  test.each([
    ["neuvector.example.com.", "neuvector.example.com"],
    ["neuvector", "neuvector"],
    ["192.168.8.209", undefined],
    ["::1", undefined],
  ])("of %s: %s", (server, name) => {
    expect(tlsServerName(server)).toBe(name);
  });
});

describe("the same address in another spelling is no change", () => {
  const credentials = { username: "admin", password: "p" };
  const stored = {
    storeId: "u1",
    master: { rest: { server: "::1", port: 10443 }, federation: { server: "Master.example." }, credentials },
    controller: { server: "C1.example.com", port: 10443, credentials },
    jointRest: { server: "[fd00::10]", port: 10443 },
    clusterName: "u1-abcdef",
    status: "joined",
  };
  const respelled = {
    storeId: "u1",
    master: { rest: { server: "[::1]" }, federation: { server: "master.example", port: 11443 }, credentials },
    controller: { server: "c1.example.com.", credentials },
    jointRest: { server: "fd00:0::10", port: 10443 },
  };

  test("of a FedJoin, also against a state that kept the brackets", () => {
    expect(diffInputs(stored, respelled)).toMatchObject({ changes: false, replaces: [] });
    const other = { ...respelled, jointRest: { server: "fd00::11", port: 10443 } };
    expect(diffInputs(stored, other)).toMatchObject({ changes: true, replaces: [] });
  });

  test("of a NeuVectorUser", () => {
    const user = { username: "metrics", password: "p", role: "reader", status: "ready" };
    expect(
      diffUser({ ...user, controller: stored.controller }, { ...user, controller: respelled.controller }).changes,
    ).toBe(false);
  });

  test("and the controller is asked without brackets twice", () => {
    const parsed = parseFedJoinInputs({ ...respelled, joinVia: "controller" });
    expect("inputs" in parsed && parsed.inputs.master.rest).toEqual({ server: "::1", port: 10443 });
  });
});
