import type { ConfiguredTarget } from "../configFile/targetsConfig";
import type { MemberList } from "../targets/memberList";
import { memberName } from "../targets/probeQuery";

/** A target group for Prometheus's `http_sd_configs`. */
export interface TargetGroup {
  /** The `target` parameter of a probe. */
  readonly targets: readonly [string];
  readonly labels: Readonly<Record<string, string>>;
}

/** The configured targets and the federation's members as target groups. */
export function targetGroups(targets: Iterable<ConfiguredTarget>, federation: MemberList): TargetGroup[] {
  return [
    ...[...targets].map(({ name, access: [{ plan }] }): TargetGroup => ({
      targets: [name],
      labels: { __meta_fedjoin_kind: "target", __meta_fedjoin_module: plan.module },
    })),
    ...federation.members.map(({ id, name, status }): TargetGroup => ({
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
