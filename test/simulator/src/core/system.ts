import * as z from "zod";
import { admins, authenticate, readers } from "./access";
import type { Handler } from "./context";
import { endpoint } from "./endpoint";
import { Refusal } from "./errors";
import { text } from "./requestBody";
import { systemConfigDefaults } from "./systemConfigDefaults";

/** GET /v1/eula, open to anyone (rest-api.md#first-login). */
export const eula: Handler = ({ options }) => ({
  bootstrap_password_command: "",
  eula: { accepted: false },
  ...(options.k8sRbacAlert === "" ? {} : { k8s_rbac_alert_message: options.k8sRbacAlert }),
});

/** A controller without enforcers, scanners and workloads. */
const emptySummary = {
  controllers: 1,
  cvedb_create_time: "",
  cvedb_version: "",
  disconnected_enforcers: 0,
  domains: 0,
  enforcers: 0,
  hosts: 0,
  kube_version: "",
  openshift_version: "",
  platform: "",
  policy_rules: 0,
  running_pods: 0,
  running_workloads: 0,
  scanners: 0,
  services: 0,
  workloads: 0,
};

/**
 * What a caller sees of the figures that need the right to read the configuration (rest-api.md#system-and-inventory).
 */
const hiddenFigures = {
  component_versions: null,
  controllers: 0,
  disconnected_enforcers: 0,
  domains: 0,
  enforcers: 0,
  hosts: 0,
  scanners: 0,
};

/** GET /v1/system/summary. */
export const summary: Handler = (context, call) => {
  const caller = authenticate(context, call);
  const { productVersion, summary: given } = context.options;
  const figures = { component_versions: [`v${productVersion}`], ...emptySummary, ...given };
  return { summary: readers.includes(caller.role) ? figures : { ...figures, ...hiddenFigures } };
};

/** GET /v1/system/config. */
export const systemConfig = endpoint({ roles: readers }, ({ state }) => ({
  config: { ...systemConfigDefaults, cluster_name: state.clusterName },
  fed_config: null,
}));

const systemConfigBody = z.object({ config: z.object({ cluster_name: text }).nullish() });

/**
 * PATCH /v1/system/config: the cluster name only; inside a federation it is fixed (rest-api.md#cluster-configuration).
 */
export const patchSystemConfig = endpoint(
  { roles: admins, body: systemConfigBody },
  ({ state }, { input: { config } }) => {
    const name = config?.cluster_name ?? "";
    if (name === "") return;
    if (state.federation.role !== "") {
      throw new Refusal(400, 4, "cluster name cannot be changed when in the federation");
    }
    state.clusterName = name;
  },
);
