import { readers } from "../access";
import { endpoint } from "../endpoint";
import { jointBody, masterBody } from "./clusterBody";
import { pingOnDemand } from "./ping";

/** GET /v1/fed/member (rest-api.md#reading-the-federation). */
export const member = endpoint({ roles: readers }, (context) => {
  const { state, options } = context;
  const { clusterName, localRest } = state;
  const common = {
    fed_role: state.federation.role,
    local_rest_info: localRest,
    use_proxy: state.useProxy,
    deploy_repo_scan_data: state.deployRepoScanData,
  };
  switch (state.federation.role) {
    case "":
      return { ...common, joint_clusters: null };
    case "joint": {
      const { id, status, master } = state.federation;
      const self = jointBody({ id, name: clusterName, rest: localRest, status });
      return { ...common, master_cluster: masterBody(master), joint_clusters: [self] };
    }
    case "master": {
      const { id, members } = state.federation;
      pingOnDemand(context);
      const self = { id, name: clusterName, rest: localRest, status: "active", restVersion: options.restVersion };
      const sorted = [...members.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return { ...common, master_cluster: masterBody(self), joint_clusters: sorted.map(jointBody) };
    }
  }
});
