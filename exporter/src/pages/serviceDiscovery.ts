import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import type { ConfiguredTarget } from "../configFile/targetsConfig";
import type { MemberList } from "../targets/memberList";
import { memberName } from "../targets/probeQuery";
import type { Targets } from "../targets/targets";
import { textReply, type Page } from "../web/page";

/** A target group for Prometheus's `http_sd_configs`. */
interface TargetGroup {
  /** The `target` parameter of a probe. */
  readonly targets: readonly [string];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * `/sd`: the configured targets and the federation's members for `http_sd_configs`. Replies 503 after a failure: an empty
 * list would make Prometheus drop the members.
 */
export function serviceDiscoveryPage(targets: Targets): Page {
  return {
    async respond() {
      const federation = await listMembers(targets);
      if (federation === undefined) return textReply(503, "the master does not list its members now");
      const groups = targetGroups(targets.config().targets.targets.values(), federation);
      return { status: 200, contentType: "application/json; charset=utf-8", body: `${JSON.stringify(groups)}\n` };
    },
  };
}

/** The members; none if the master says that the account may not list them, because then it cannot scrape them either. */
async function listMembers(targets: Targets): Promise<MemberList | undefined> {
  try {
    return await targets.members();
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    return error.kind === "forbidden" && error.code !== undefined ? { master: "", members: [] } : undefined;
  }
}

function targetGroups(targets: Iterable<ConfiguredTarget>, federation: MemberList): TargetGroup[] {
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
