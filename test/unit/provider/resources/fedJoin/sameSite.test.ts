import { expect, test } from "vitest";
import { unknownValue } from "../../../../../provider/src/resources/shared/props";
import { isSameSite, readSite, type Site } from "../../../../../provider/src/resources/fedJoin/site";

const at = (server: string, rest: object = {}): Site => {
  const site = readSite({ jointRest: { server, port: 10443 }, ...rest });
  if (site === undefined) throw new Error("no site");
  return site;
};

test("a site is known by its controller or by its joint address", () => {
  expect(isSameSite(at("10.0.0.1"), at("10.0.0.1"))).toBe(true);
  expect(isSameSite(at("10.0.0.1"), at("10.0.0.2"))).toBe(false);
  const controller = { server: "s.example", port: 10443 };
  expect(isSameSite(at("10.0.0.1", { controller }), at("10.0.0.2", { controller }))).toBe(true);
  expect(readSite({})).toBeUndefined();
});

test("controllers behind one ingress are told apart by their base paths", () => {
  const behind = (jointRest: string, basePath: unknown) =>
    readSite({
      jointRest: { server: jointRest, port: 10443 },
      controller: { server: "ingress.example", port: 443, basePath },
    }) ?? at("");
  const site = behind("10.0.0.1", "/stores/u1");
  expect(isSameSite(site, behind("10.0.0.2", "/stores/u2"))).toBe(false);
  expect(isSameSite(site, behind("10.0.0.2", "/stores/u1/"))).toBe(true);
  expect(behind("10.0.0.1", unknownValue).controller).toBeUndefined();
  expect(behind("10.0.0.1", null).controller).toEqual({ server: "ingress.example", port: 443 });
});
