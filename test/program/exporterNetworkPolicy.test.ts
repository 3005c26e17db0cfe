import { describe, expect, test } from "vitest";
import type { NeuVectorExporterArgs } from "../../stacks/src/component";
import { join, oneOf, plain, prometheus, render, tokenUrl } from "../support/exporterObjects";

describe("the network policy of an exporter", () => {
  const policyOf = async (args: Partial<NeuVectorExporterArgs>) =>
    oneOf(await render({ ...plain, networkPolicy: { scrapers: [prometheus] }, ...args }), "NetworkPolicy")["spec"];
  const tcp = (port: number, to?: string) => ({
    ...(to !== undefined && { to: [{ ipBlock: { cidr: to } }] }),
    ports: [{ protocol: "TCP", port }],
  });
  const dns = expect.objectContaining({ to: [{ namespaceSelector: expect.anything() as unknown }] }) as unknown;

  test("R15: lets scrapers in, and itself to DNS and the controller", async () => {
    expect(await policyOf({})).toMatchObject({
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [prometheus], ports: [{ protocol: "TCP", port: "metrics" }] }],
      egress: [dns, tcp(10443)],
    });
  });

  test("R15: opens the way to the master and the token URL only where a join goes there", async () => {
    expect(await policyOf({ join })).toHaveProperty("egress", [dns, tcp(10443)]);
    expect(await policyOf({ join: tokenUrl })).toHaveProperty("egress", [
      ...[dns, tcp(10443), tcp(443, "203.0.113.7/32"), tcp(8443)],
    ]);
    expect(await policyOf({ join: { ...tokenUrl, master: {}, joinToken: "canary-token" } })).toHaveProperty("egress", [
      ...[dns, tcp(10443), tcp(443)],
    ]);
  });

  test("knows addresses of both kinds, and the port that a token URL does not write", async () => {
    const controller = { ...plain.controller, server: "2001:db8::1" };
    const join6 = { ...tokenUrl, joinTokenUrl: "https://[2001:db8::2]/canary-url" };
    expect(await policyOf({ controller, join: join6 })).toHaveProperty("egress", [
      ...[dns, tcp(10443, "2001:db8::1/128"), tcp(443, "203.0.113.7/32"), tcp(443, "2001:db8::2/128")],
    ]);
  });

  test("R15: opens the way to the receiver of pushes only where the exporter pushes", async () => {
    const url = "https://203.0.113.9:9443/v1/metrics?canary";
    expect(await policyOf({ push: { url } })).toHaveProperty("egress", [dns, tcp(10443), tcp(9443, "203.0.113.9/32")]);
    const networkPolicy = { scrapers: [], dns: tcp(5353), push: tcp(5) };
    expect(await policyOf({ push: { url }, networkPolicy })).toHaveProperty("egress", [tcp(5353), tcp(10443), tcp(5)]);
  });

  test("takes rules of one's own instead", async () => {
    const rules = { dns: tcp(5353), controller: tcp(1), master: tcp(2), tokenUrl: tcp(3), more: [tcp(4)] };
    expect(await policyOf({ join: tokenUrl, networkPolicy: { scrapers: [], ...rules } })).toHaveProperty("egress", [
      ...[tcp(5353), tcp(1), tcp(2), tcp(3), tcp(4)],
    ]);
  });

  test("R15: takes the rules for URLs that an existing Secret holds", async () => {
    const existingSecret = { name: "vault", holds: ["JOIN_TOKEN_URL", "EXPORTER_PUSH_URL"] };
    const networkPolicy = { scrapers: [], tokenUrl: tcp(3), push: tcp(5) };
    const { storeId, jointRest, joinVia, master } = join;
    const withoutToken = { storeId, jointRest, joinVia, master } as const;
    const spec = await policyOf({ join: withoutToken, push: {}, existingSecret, networkPolicy });
    expect(spec).toHaveProperty("egress", [dns, tcp(10443), tcp(3), tcp(5)]);
    await expect(policyOf({ push: {} })).rejects.toThrow("push.url is required");
  });
});
