import { FedJoin, type FedJoinArgs } from "@fedjoin/provider/fedJoin";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";

const registered: Record<string, unknown>[] = [];

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ inputs, name }) => {
      registered.push(inputs as Record<string, unknown>);
      return { id: name, state: {} };
    },
    call: () => ({}),
  }),
);

test("references reach the provider as they are", async () => {
  const args: FedJoinArgs = {
    storeId: "u2204a",
    master: { rest: { server: "m" }, credentials: { username: "admin", passwordFrom: { env: "MASTER_PASSWORD" } } },
    controller: { server: "c", credentials: { apiKeyFrom: { command: ["vault", pulumi.output("read")] } } },
    jointRest: { server: "c", port: 10443 },
    joinTokenUrlFrom: { file: "/run/url" },
    joinTokenUrlOptions: { bearerFrom: { file: pulumi.output("/run/bearer") } },
  };
  await new Promise<void>((resolve) => {
    new FedJoin("site", args).id.apply(() => {
      resolve();
    });
  });
  expect(registered).toMatchObject([
    {
      master: { credentials: { username: "admin", passwordFrom: { env: "MASTER_PASSWORD" } } },
      controller: { credentials: { apiKeyFrom: { command: ["vault", "read"] } } },
      joinTokenUrlFrom: { file: "/run/url" },
      joinTokenUrlOptions: { bearerFrom: { file: "/run/bearer" } },
    },
  ]);
});
