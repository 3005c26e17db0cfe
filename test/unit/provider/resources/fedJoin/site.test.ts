import { expect, test } from "vitest";
import { unknownValue } from "../../../../../provider/src/resources/shared/props";
import { isSameSite, readSite } from "../../../../../provider/src/resources/fedJoin/site";

const site = (joint: string, controller?: object) =>
  readSite({ jointRest: { server: joint, port: 10443 }, controller });
const own = { server: "s.example", port: 10443 };
const behind = (basePath: unknown) => ({ server: "ingress.example", port: 443, basePath });

test.each([
  ["the same joint address", site("10.0.0.1"), site("10.0.0.1"), true],
  ["another joint address", site("10.0.0.1"), site("10.0.0.2"), false],
  ["the same controller", site("10.0.0.1", own), site("10.0.0.2", own), true],
  ["another path of an ingress", site("10.0.0.1", behind("/u1")), site("10.0.0.2", behind("/u2")), false],
  ["that path with a slash at its end", site("10.0.0.1", behind("/u1")), site("10.0.0.2", behind("/u1/")), true],
])("%s: the same site, %s", (_what, a, b, expected) => {
  expect(a !== undefined && b !== undefined && isSameSite(a, b)).toBe(expected);
});

test("a site has no controller while its path is not known, and a path of null is none", () => {
  expect(site("10.0.0.1", behind(unknownValue))?.controller).toBeUndefined();
  expect(site("10.0.0.1", behind(null))?.controller).toEqual({ server: "ingress.example", port: 443 });
  expect(readSite({})).toBeUndefined();
});
