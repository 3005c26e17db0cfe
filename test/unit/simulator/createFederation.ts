import { createVirtualFederation, type FederationOptions } from "@fedjoin/simulator";
import { at } from "../../support/federation";
import type { FederationStatus } from "../../simulator/src/core/state";

/** A virtual federation, of which `site` is the first site, with the requests that most tests send. */
export async function createFederation(options: FederationOptions = {}) {
  const federation = await createVirtualFederation(options);
  const { master, sites } = federation;
  const site = at(sites, 0);
  const post = async (path: string, body: unknown, from = site) =>
    from.request("POST", path, { token: await from.logIn(), body });
  return {
    ...federation,
    site,
    clock: federation.network.clock,
    post,
    join: (body: object = {}, from = site) =>
      post(
        "/v1/fed/join",
        { name: "edge-1", join_token: master.joinToken(), joint_rest_info: from.rest, ...body },
        from,
      ),
    leave: (force = false, from = site) => post("/v1/fed/leave", { force }, from),
    names: () => master.members().map(({ name }) => name),
    statuses: () => master.members().map(({ status }) => status),
    /** The site's own status, and its master's as the site sees it. */
    ownStatuses: (): readonly FederationStatus[] => {
      const { federation: membership } = site.state;
      return membership.role === "joint" ? [membership.status, membership.master.status] : [];
    },
  };
}

export const minuteMs = 60_000;

/** What a site says when its call of the master took more than 10 s. */
export const timedOut = {
  status: 500,
  body: { code: 39, message: "context deadline exceeded (Client.Timeout exceeded while awaiting headers)" },
};

export const stillCleaning = {
  status: 400,
  body: { code: 4, message: "Federate rules cleanup is still ongoing. Please try again later." },
};
