import { describe, expect, it } from "vitest";
import { encodeJoinToken } from "../../../simulator/src/core/tokens";
import { createVirtualNetwork } from "../../../simulator/src/virtualNetwork";

describe("a fixed join token", () => {
  const fixedJoinToken = "0b8f8ea8-3a7e-4a54-9d3b-1f0c2f6b7a10";
  const yearMs = 365 * 24 * 60 * 60_000;

  async function createFederation(masterToken: string) {
    const { clock, addController } = createVirtualNetwork();
    const master = addController({ name: "primary", fixedJoinToken: masterToken });
    const site = addController();
    await master.promote({ rest: master.federationAddress });
    const wrap = (ticket: string) => encodeJoinToken({ ...master.federationAddress, ticket });
    const join = async (joinToken: string) =>
      site.request("POST", "/v1/fed/join", {
        token: await site.logIn(),
        body: { name: "edge-1", join_token: joinToken, joint_rest_info: site.rest },
      });
    return { clock, master, wrap, join };
  }

  it("joins at any time when it is wrapped like any other", async () => {
    const { clock, wrap, join } = await createFederation(fixedJoinToken);
    await clock.advance(yearMs);
    expect(await join(wrap(fixedJoinToken))).toMatchObject({ status: 200 });
  });

  it("is 400/6 bare, and 417/39 with another text", async () => {
    const { wrap, join } = await createFederation(fixedJoinToken);
    expect(await join(fixedJoinToken)).toMatchObject({ status: 400, body: { code: 6 } });
    expect(await join(wrap("another"))).toMatchObject({ status: 417, body: { code: 39 } });
  });

  it("leaves minted tokens as good as they were", async () => {
    const { master, join } = await createFederation(fixedJoinToken);
    expect(await join(master.joinToken())).toMatchObject({ status: 200 });
  });

  it("is 417/39 at a master without one", async () => {
    const { wrap, join } = await createFederation("");
    expect(await join(wrap(fixedJoinToken))).toMatchObject({ status: 417, body: { code: 39 } });
  });

  it("is refused by a replica that never loaded it, which a fault on join_internal stands for", async () => {
    const { master, wrap, join } = await createFederation(fixedJoinToken);
    const match = { method: "POST", path: "/v1/fed/join_internal" };
    master.faults.add({ match, what: "status", status: 417, code: 39, times: 2 });
    for (const status of [417, 417, 200]) expect(await join(wrap(fixedJoinToken))).toMatchObject({ status });
  });
});

describe("remaining federal groups", () => {
  async function createSite() {
    const { addController } = createVirtualNetwork();
    const site = addController({ remainingFedGroups: ["fed.left", "fed.right"] });
    return { site, token: await site.logIn() };
  }

  it.each(["join", "promote"])("make %s 428/4 with their names, before the body is looked at", async (action) => {
    const { site, token } = await createSite();
    expect(await site.request("POST", `/v1/fed/${action}`, { token, body: "no JSON" })).toMatchObject({
      status: 428,
      body: { code: 4, error: "Operation not allowed", message: "fed.left, fed.right" },
    });
    expect(site.state.clusterName).toBe("cluster.local");
  });

  it("come after the caller's rights", async () => {
    const { site } = await createSite();
    expect(await site.request("POST", "/v1/fed/join", { body: {} })).toMatchObject({ status: 401 });
  });
});
