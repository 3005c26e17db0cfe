import { expect, test } from "vitest";
import { FedJoin } from "../../provider/src/fedJoin";
import { NeuVectorUser } from "../../provider/src/neuVectorUser";
import { declareProgram } from "../support/declareStack";

// A changed text would show a change of every resource after an upgrade, and older states could not be read.
test("the provider's text is the same in every version: an upgrade shows no change, and runs the installed code on older states", async () => {
  const controller = { server: "192.168.8.209", credentials: { username: "admin", password: "canary" } };
  const jointRest = { server: "192.168.8.209", port: 10443 };
  const { resources } = await declareProgram(() => {
    new FedJoin("u2204a", {
      storeId: "u2204a",
      master: { rest: { server: "192.0.2.1" } },
      joinToken: "t",
      controller,
      jointRest,
    });
    new NeuVectorUser("reader", { controller, username: "reader", password: "canary", role: "reader" });
    return {};
  });
  expect(resources.map(({ inputs }) => inputs["__provider"]).toSorted()).toEqual([
    'exports.handler = () => require("@fedjoin/provider").lifecycle;',
    'exports.handler = () => require("@fedjoin/provider").userLifecycle;',
  ]);
});
