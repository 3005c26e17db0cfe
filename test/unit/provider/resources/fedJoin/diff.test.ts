import { diffInputs } from "../../../../../provider/src/resources/fedJoin/diff";
import { unknownValue, type ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { expect, test } from "vitest";

const account = { username: "admin", password: "p" };
const good = {
  storeId: "u2204a",
  master: { rest: { server: "master.example", port: 443 }, credentials: account },
  controller: { server: "192.168.8.209", port: 443, basePath: "/stores/u1", credentials: { apiKey: "join:key" } },
  jointRest: { server: "192.168.8.209", port: 10443 },
};
const stored: ResourceProps = { ...good, clusterName: "u2204a-Xy9K2m", status: "joined" };
const withUid = { ...stored, clusterUid: "1" };
const atMaster = (over: object) => ({ ...good, master: { ...good.master, ...over } });
const atSite = (over: object) => ({ ...good, controller: { ...good.controller, ...over } });

const previous = { master: {}, masterId: "m", clusterId: "c" };
const listed = { ...previous, found: "listed" };
const elsewhere = { jointRest: { server: "192.168.8.210", port: 10443 } };
const otherSite = { ...atSite({ server: "10.0.0.9" }), ...elsewhere, storeId: "u9" };
const ofDefault = { server: "m", port: 10443 };
const unknownJoint = { server: unknownValue, port: 1 };
const ipv6 = { ...good, jointRest: { server: "fd00::10", port: 10443 } };

test.each<[string, ResourceProps, ResourceProps?]>([
  ["the same inputs", good],
  ["the URN that a resource tells of itself", { ...good, __urn: "renamed" }, { ...stored, __urn: "urn" }],
  ["a join token alone", { ...good, joinToken: "other" }],
  ["a reference to a join token alone", { ...good, joinTokenFrom: { env: "OTHER" } }],
  ["declaring the name it has", { ...good, name: "u2204a-Xy9K2m" }],
  ["a base path with a slash at its end", atSite({ basePath: "/stores/u1/" })],
  ["the default port", atMaster({ rest: { server: "M" } }), { ...stored, ...atMaster({ rest: ofDefault }) }],
  ["a name with a dot at its end", atMaster({ rest: { server: "Master.example.", port: 443 } })],
  ["brackets that a state kept", ipv6, { ...stored, jointRest: { server: "[fd00:0::10]", port: 10443 } }],
  ["a stale entry of a silent master", good, { ...stored, previousMasters: [previous] }],
])("%s: no change", (_what, news, olds = stored) => {
  expect(diffInputs(olds, news)).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
});

test.each<[string, ResourceProps, ResourceProps?]>([
  ["a credential", atSite({ credentials: { apiKey: "join:other" } })],
  ["a password by reference", atSite({ credentials: { username: "a", passwordFrom: { env: "A" } } })],
  ["tuning", { ...good, timeoutSeconds: 5 }],
  ["the controller's address", atSite({ server: "10.0.0.9" })],
  ["the controller's base path", atSite({ basePath: "/stores/u2" })],
  ["the master's certificate", atMaster({ tls: { serverName: "neuvector" } })],
  ["the route", { ...good, joinVia: "master" }],
  ["another master", atMaster({ rest: { server: "other.example", port: 443 } })],
  ["another joint address", { ...good, ...elsewhere }],
  ["a site at other addresses", { ...atSite({ server: "10.0.0.9" }), ...elsewhere }],
  ["a store id that is corrected at the same addresses", { ...good, storeId: "u9" }],
  ["the same, the cluster's UID is new", { ...good, storeId: "u9", clusterUid: "2" }],
  ["the same, the cluster's UID is not told", { ...good, storeId: "u9" }, withUid],
  ["the same cluster", { ...good, storeId: "u9", clusterUid: "1" }, withUid],
  ["the same, the cluster's UID is not known yet", { ...good, storeId: "u9", clusterUid: unknownValue }, withUid],
  ["credentials that were refused", good, { ...stored, refusedCredentials: ["digest"] }],
  ["the cluster's UID", { ...good, clusterUid: "2" }],
  ["the lifetime of tokens", { ...good, joinTokenMinutes: 5 }],
  ["retries", { ...good, retry: { maxRetries: 1 } }],
  ["leave by force", { ...good, forceLeave: true }],
  ["what a lost master means", { ...good, onMasterLost: "wait" }],
  ["an entry that a previous master lists", good, { ...stored, previousMasters: [previous, listed] }],
  ["values not known yet", { ...good, storeId: unknownValue, jointRest: unknownJoint, master: unknownValue }],
  ...["kicked", "left", "renamed", "moved", "elsewhere", "unconfirmed"].map(
    (status): [string, ResourceProps, ResourceProps] => [`status ${status}`, good, { ...stored, status }],
  ),
])("%s: an update", (_what, news, olds = stored) => {
  expect(diffInputs(olds, news)).toMatchObject({ changes: true, replaces: [] });
});

const addressless = { controller: undefined, jointRest: undefined };

test.each<[string, "storeId" | "name", string, ResourceProps, ResourceProps?]>([
  ["another site", "storeId", "create first", otherSite],
  ["another site, no address known yet", "storeId", "create first", { ...otherSite, ...addressless }],
  ["another site, no address stored", "storeId", "create first", otherSite, { ...stored, ...addressless }],
  ["another site under the same declared name", "storeId", "delete first", { ...otherSite, name: "u2204a-Xy9K2m" }],
  ["another name of the same site", "name", "delete first", { ...good, name: "another" }],
  ["another cluster in its place", "storeId", "delete first", { ...good, storeId: "u9", clusterUid: "2" }, withUid],
])("%s: a replacement for its %s, %s", (_what, property, order, news, olds = stored) => {
  const deleteBeforeReplace = order === "delete first";
  expect(diffInputs(olds, news)).toEqual({ changes: true, replaces: [property], deleteBeforeReplace });
});
