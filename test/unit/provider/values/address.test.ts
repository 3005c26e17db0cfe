import { diffUser } from "../../../../provider/src/resources/neuVectorUser/diff";
import { canonicalServer, parseServer, addressKey, formatAddress } from "@fedjoin/provider/internal/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tlsServerName } from "../../../../provider/src/values/server";
import { sameAddress } from "../../../../provider/src/values/address";

const wrongServers = ["", ".", "https://neuvector", "https://[::1]:10443", "neuvector/path", "neuvector:443/path"];
const wrongCharacters = ["a b", "a?b", "a#b", "user@neuvector", "[neuvector]", "*.example.com"];
const wrongIpv6 = ["::1::2", "[::1", "::1]", "[[::1]]", "::g"];

test.each<[string, string, string?]>([
  ["neuvector.example.com", "neuvector.example.com"],
  ["Master.Example.COM.", "Master.Example.COM.", "master.example.com"],
  ["cn-wukong-r2204a_1.mcd.store", "cn-wukong-r2204a_1.mcd.store"],
  ["MÜNCHEN.example", "xn--mnchen-3ya.example"],
  ["192.168.8.209", "192.168.8.209"],
  ["::1", "::1"],
  ["[::1]", "::1"],
  ["0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1", "::1"],
  ["2001:DB8:0:0:1:0:0:1", "2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["2001:0db8::0001", "2001:0db8::0001", "2001:db8::1"],
  ["[FD00:0:0::10]", "FD00:0:0::10", "fd00::10"],
  ["::ffff:192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201"],
  ["[::FFFF:c000:0201]", "::FFFF:c000:0201", "::ffff:c000:201"],
  ["FE80::1%eth0", "FE80::1%eth0", "fe80::1%eth0"],
])("%s is read as %s, and has one canonical form", (text, server, canonical = server) => {
  expect(parseServer(text)).toEqual({ server });
  expect(canonicalServer(text)).toBe(canonical);
});

const withPorts = ["[::1]:10443", "neuvector:10443", "10.0.0.1:443", "[::1]:", "neuvector:"];
test.each(withPorts)("the port of %s goes into its own field", (text) => {
  expect(parseServer(text)).toEqual({ problem: "the port belongs in its own field" });
});

test.each([...wrongServers, ...wrongCharacters, ...wrongIpv6])("%s is refused", (text) => {
  const problem = "expected a host name or an address, without scheme, path or port";
  expect(parseServer(text)).toEqual({ problem });
});

describe("spelling", () => {
  const [ipv6, name] = [fc.ipV6(), fc.domain()];

  test("a canonical form is its own canonical form", () => {
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
    for (const server of ["[::1]", "::1"]) expect(formatAddress({ server, port: 10443 })).toBe("[::1]:10443");
    expect(addressKey({ server: "[0::1]", port: 10443 })).toBe("[::1]:10443");
  });

  test("makes no change of a NeuVectorUser", () => {
    const user = { username: "metrics", password: "p", role: "reader", status: "ready" };
    const [stored, declared] = ["C1.example", "c1.example."].map((server) => ({ ...user, controller: { server } }));
    expect(diffUser(stored ?? {}, declared ?? {}).changes).toBe(false);
  });
});

test.each([
  ["neuvector.example.com.", "neuvector.example.com"],
  ["neuvector", "neuvector"],
  ["192.168.8.209", undefined],
  ["::1", undefined],
])("TLS asks %s for the name %s", (server, name) => {
  expect(tlsServerName(server)).toBe(name);
});
