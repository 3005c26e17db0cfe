import type { ControllerHandle } from "@fedjoin/simulator";

/** What the controllers are at one moment, without a request. */
export interface View {
  readonly sites: readonly SiteView[];
  readonly masters: readonly MasterView[];
}

export interface SiteView {
  readonly host: string;
  readonly role: "" | "joint" | "master";
  /** Of its membership. */
  readonly id: string | undefined;
  readonly name: string;
  readonly masterId: string | undefined;
}

export interface MasterView {
  readonly host: string;
  /** Undefined if it is not a master now. */
  readonly id: string | undefined;
  readonly entries: readonly EntryView[];
}

export interface EntryView {
  readonly id: string;
  readonly name: string;
  readonly host: string;
}

export function viewSite(host: string, { state }: ControllerHandle): SiteView {
  const { federation, clusterName: name } = state;
  if (federation.role !== "joint") return { host, role: federation.role, id: undefined, name, masterId: undefined };
  return { host, role: "joint", id: federation.id, name, masterId: federation.master.id };
}

export function viewMaster(host: string, { state: { federation } }: ControllerHandle): MasterView {
  if (federation.role !== "master") return { host, id: undefined, entries: [] };
  const entries = [...federation.members.values()].map(({ id, name, rest }) => ({ id, name, host: rest.server }));
  return { host, id: federation.id, entries };
}

/** The entry of the living member behind this site, if both sides show it. */
export function livingEntry(
  view: View,
  host: string,
): { readonly master: string; readonly entry: EntryView } | undefined {
  const site = view.sites.find((each) => each.host === host);
  const master = view.masters.find(({ id }) => id !== undefined && id === site?.masterId);
  const entry = master?.entries.find(({ id }) => id === site?.id);
  return master === undefined || entry === undefined ? undefined : { master: master.host, entry };
}
