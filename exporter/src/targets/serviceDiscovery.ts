import type { ConfiguredTarget } from "./targetsConfig";
import type { MemberList } from "./memberList";
import { memberName } from "./probeQuery";

/** A target group of Prometheus's `http_sd_configs`. */
export interface DiscoveredGroup {
  /** What a probe names. */
  readonly targets: readonly [string];
  readonly labels: Readonly<Record<string, string>>;
}

/** The configured targets and the members of the federation, in the form of `http_sd_configs`. */
export function discoveredGroups(targets: Iterable<ConfiguredTarget>, federation: MemberList): DiscoveredGroup[] {
  return [
    ...[...targets].map(({ name, access: [{ plan }] }): DiscoveredGroup => ({
      targets: [name],
      labels: { __meta_fedjoin_kind: "target", __meta_fedjoin_module: plan.module },
    })),
    ...federation.members.map(({ id, name, status }): DiscoveredGroup => ({
      targets: [memberName(id)],
      labels: {
        __meta_fedjoin_kind: "member",
        __meta_fedjoin_member_id: id,
        __meta_fedjoin_member_name: name,
        __meta_fedjoin_member_status: status,
        __meta_fedjoin_master_name: federation.master,
      },
    })),
  ];
}
