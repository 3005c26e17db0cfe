import { describe, expect, it } from "vitest";
import { match } from "../../../simulator/src/core/router";
import type { Route } from "../../../simulator/src/core/router";

const route = (method: string, path: string): Route => ({ listener: "rest", method, path, handle: () => undefined });
const list = route("GET", "/v1/fed/cluster/:id");
const forward = route("GET", "/v1/fed/cluster/:id/*path");
const table = [list, forward, route("POST", "/v1/auth"), route("DELETE", "/v1/auth"), route("GET", "/v1/eula")];

describe("router", () => {
  it("takes one segment as a parameter", () => {
    expect(match(table, "GET", "/v1/fed/cluster/abc")).toEqual({ kind: "route", route: list, params: { id: "abc" } });
  });

  it("takes the rest of the path as a parameter", () => {
    expect(match(table, "GET", "/v1/fed/cluster/abc/v1/host")).toEqual({
      kind: "route",
      route: forward,
      params: { id: "abc", path: "v1/host" },
    });
  });

  it.each(["PUT", "HEAD", "OPTIONS"])("offers the known methods to %s", (method) => {
    expect(match(table, method, "/v1/auth")).toEqual({ kind: "methods", allow: ["DELETE", "OPTIONS", "POST"] });
  });

  it.each(["/v1/eula/", "//v1/eula", "/V1/Eula"])("corrects %s", (path) => {
    expect(match(table, "GET", path)).toEqual({ kind: "redirect", path: "/v1/eula" });
  });

  it("keeps the case of parameters when it corrects a path", () => {
    expect(match(table, "GET", "/V1/fed/cluster/AbC/")).toEqual({ kind: "redirect", path: "/v1/fed/cluster/AbC" });
  });

  it.each(["/v1", "/v1/eula/more", "/v1/fed/cluster"])("knows nothing at %s", (path) => {
    expect(match(table, "GET", path)).toEqual({ kind: "none" });
  });
});
