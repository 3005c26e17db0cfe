import type { ClusterEntry, FedMemberReply } from "@fedjoin/provider";
import { landingDocument, type LandingFacts } from "../../exporter/src/landing/document";
import { textOf } from "../../exporter/src/landing/html";
import type { JoinView } from "../../exporter/src/join/joinView";
import type { CollectorResult } from "../../exporter/src/scrape/scraper";

/** When every page of these tests is made. */
export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A cluster with a status, as a controller lists it. */
export const cluster = (name: string, status: string, id = `id-${name}`): ClusterEntry => ({
  name,
  id,
  status,
  rest_version: "",
  rest_info: { server: "192.0.2.7", port: 10443 },
});

/** What a master says of its members. */
export const ofMaster = (members: readonly ClusterEntry[], name = "primary"): FedMemberReply => ({
  fed_role: "master",
  master_cluster: cluster(name, "active"),
  joint_clusters: [...members],
});

/** What a member says. */
export const ofMember = (status: string, masterStatus: string, name = "edge-1"): FedMemberReply => ({
  fed_role: "joint",
  master_cluster: cluster("primary", masterStatus),
  joint_clusters: [cluster(name, status)],
});

export const ofStandalone: FedMemberReply = { fed_role: "", joint_clusters: null };

/** A collector that got its data 12 seconds ago. */
export const succeeded = (collector: string): CollectorResult => ({
  collector,
  durationSeconds: 0.012,
  families: [],
  lastSuccessMs: nowMs - 12_000,
});

export const joinOff: JoinView = {
  state: "off",
  name: undefined,
  attempts: 0,
  nextRetryAt: undefined,
  lastErrorKind: undefined,
  lastSuccessAt: undefined,
  since: nowMs - 60_000,
  timeline: [],
};

/** The facts of a scrape 12 seconds ago that got everything. */
export function landingFacts(given: Partial<LandingFacts> = {}, reply: FedMemberReply = ofStandalone): LandingFacts {
  return {
    version: "1.2.3",
    links: [{ href: "metrics", label: "Metrics" }],
    controller: "controller.example.com:10443",
    results: ["summary", "federation"].map(succeeded),
    lastScrapeMs: nowMs - 12_000,
    federation: { reply, atMs: nowMs - 12_000 },
    join: joinOff,
    nowMs,
    refreshSeconds: undefined,
    ...given,
  };
}

/** The page's source. */
export const landingHtml = (given: Partial<LandingFacts> = {}, reply?: FedMemberReply): string =>
  textOf(landingDocument(landingFacts(given, reply)));

/** What a reader of the source without its tags finds, in one line. */
export const wordsIn = (page: string): string =>
  page
    .replace(/<(style|title|desc)\b[^>]*>.*?<\/\1>/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
