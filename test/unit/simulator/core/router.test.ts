import { expect, it } from "vitest";
import { match, type Route } from "../../../simulator/src/core/router";

const route = (method: string, path: string): Route => ({ listener: "rest", method, path, handle: () => undefined });
const list = route("GET", "/v1/fed/cluster/:id");
const forward = route("GET", "/v1/fed/cluster/:id/*path");
const table = [list, forward, route("POST", "/v1/auth"), route("DELETE", "/v1/auth"), route("GET", "/v1/eula")];
const methods = { kind: "methods", allow: ["DELETE", "OPTIONS", "POST"] };

it.each([
  ["GET", "/v1/fed/cluster/abc", { kind: "route", route: list, params: { id: "abc" } }],
  ["GET", "/v1/fed/cluster/abc/v1/host", { kind: "route", route: forward, params: { id: "abc", path: "v1/host" } }],
  ["HEAD", "/v1/auth", methods],
  ["OPTIONS", "/v1/auth", methods],
  ["GET", "//v1/eula", { kind: "redirect", path: "/v1/eula" }],
  ["GET", "/V1/fed/cluster/AbC/", { kind: "redirect", path: "/v1/fed/cluster/AbC" }],
  ["GET", "/v1", { kind: "none" }],
  ["GET", "/v1/eula/more", { kind: "none" }],
  ["GET", "/v1/fed/cluster", { kind: "none" }],
])("%s %s is routed to %j", (method, path, expected) => {
  expect(match(table, method, path)).toEqual(expected);
});
