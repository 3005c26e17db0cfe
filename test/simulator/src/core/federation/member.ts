import { authorize, readers } from "../access";
import type { Handler } from "../context";
import { jointBody, masterBody } from "./clusterBody";
import { pingOnDemand } from "./ping";

/** GET /v1/fed/member (rest-api.md#reading-the-federation). */
export const member: Handler = (context, call) => {
  authorize(context, call, readers);
  const { state, options } = context;
  const { federation, localRest } = state;
  const common = {
    fed_role: federation.role,
    local_rest_info: localRest,
    use_proxy: state.useProxy,
    deploy_repo_scan_data: state.deployRepoScanData,
  };
  switch (federation.role) {
    case "":
      return { ...common, joint_clusters: null };
    case "joint":
      return {
        ...common,
        master_cluster: masterBody(federation.master),
        joint_clusters: [
          jointBody({ id: federation.id, name: state.clusterName, rest: localRest, status: federation.status }),
        ],
      };
    case "master":
      pingOnDemand(context);
      return {
        ...common,
        master_cluster: masterBody({
          id: federation.id,
          name: state.clusterName,
          rest: localRest,
          status: "active",
          restVersion: options.restVersion,
        }),
        joint_clusters: [...federation.members.values()]
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map((entry) => jointBody(entry)),
      };
  }
};
