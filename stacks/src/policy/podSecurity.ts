import * as z from "zod";

const seccomp = z.looseObject({ type: z.string() });
const common = {
  privileged: z.boolean().optional(),
  procMount: z.string().optional(),
  runAsNonRoot: z.boolean().optional(),
  runAsUser: z.number().optional(),
  seccompProfile: seccomp.optional(),
  appArmorProfile: z.looseObject({ type: z.string() }).optional(),
  seLinuxOptions: z
    .looseObject({ type: z.string().optional(), user: z.string().optional(), role: z.string().optional() })
    .optional(),
  windowsOptions: z.looseObject({ hostProcess: z.boolean().optional() }).optional(),
};

const action = z.looseObject({ host: z.string().optional() }).optional();
const handler = z.looseObject({ httpGet: action, tcpSocket: action }).optional();

const container = z.looseObject({
  name: z.string(),
  ports: z.array(z.looseObject({ hostPort: z.number().optional() })).default([]),
  livenessProbe: handler,
  readinessProbe: handler,
  startupProbe: handler,
  lifecycle: z.looseObject({ postStart: handler, preStop: handler }).optional(),
  securityContext: z
    .looseObject({
      ...common,
      allowPrivilegeEscalation: z.boolean().optional(),
      capabilities: z
        .looseObject({ add: z.array(z.string()).default([]), drop: z.array(z.string()).default([]) })
        .optional(),
    })
    .default({}),
});

const podSpec = z.looseObject({
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
  securityContext: z
    .looseObject({ ...common, sysctls: z.array(z.looseObject({ name: z.string() })).default([]) })
    .default({ sysctls: [] }),
  initContainers: z.array(container).default([]),
  containers: z.array(container).min(1),
  volumes: z.array(z.looseObject({ name: z.string() })).default([]),
});

type PodSpec = z.infer<typeof podSpec>;
type Container = z.infer<typeof container>;
type Context = PodSpec["securityContext"] | Container["securityContext"];

const volumeSources = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

const sysctls = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_syncookies",
]);

const profiles = new Set(["RuntimeDefault", "Localhost"]);
const seLinuxTypes = new Set(["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"]);

/**
 * A line for each violation of the Pod Security Standard "restricted", which includes "baseline", in a pod.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function restrictedViolations(spec: unknown): string[] {
  const pod = podSpec.parse(spec);
  const { hostNetwork = false, hostPID = false, hostIPC = false } = pod;
  return [
    ...violated({ hostNetwork, hostPID, hostIPC }),
    ...pod.securityContext.sysctls.filter(({ name }) => !sysctls.has(name)).map(({ name }) => `sysctl ${name}`),
    ...pod.volumes.flatMap(volumeViolations),
    ...contextViolations(pod.securityContext).map((line) => `pod: ${line}`),
    ...[...pod.initContainers, ...pod.containers].flatMap((each) =>
      containerViolations(each, pod).map((line) => `container ${each.name}: ${line}`),
    ),
  ];
}

/** The names of the rules that are violated. */
function violated(rules: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(rules).filter((name) => rules[name]);
}

function volumeViolations({ name, ...sources }: PodSpec["volumes"][number]): string[] {
  const forbidden = Object.keys(sources).filter((source) => !volumeSources.has(source));
  return forbidden.map((source) => `volume ${name}: ${source}`);
}

function containerViolations(each: Container, pod: PodSpec): string[] {
  const { securityContext: context, lifecycle } = each;
  const { runAsNonRoot, seccompProfile } = { ...pod.securityContext, ...context };
  const { add = [], drop = [] } = context.capabilities ?? {};
  const probes = [each.livenessProbe, each.readinessProbe, each.startupProbe];
  const handlers = [...probes, lifecycle?.postStart, lifecycle?.preStop];
  return [
    ...contextViolations(context),
    ...each.ports.flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [`hostPort ${hostPort}`])),
    ...add.filter((name) => name !== "NET_BIND_SERVICE").map((name) => `capability ${name}`),
    ...violated({
      "a probe of another host": handlers.some((one) => (one?.httpGet?.host ?? one?.tcpSocket?.host) !== undefined),
      "capabilities are not dropped": !drop.includes("ALL"),
      "allowPrivilegeEscalation is not false": context.allowPrivilegeEscalation !== false,
      "runAsNonRoot is not true": runAsNonRoot !== true,
      "no seccompProfile": seccompProfile === undefined,
    }),
  ];
}

/** What a security context itself violates, of a pod or of a container. */
function contextViolations({ seLinuxOptions: seLinux = {}, ...context }: Context): string[] {
  const { appArmorProfile, seccompProfile, procMount = "Default" } = context;
  return violated({
    privileged: context.privileged === true,
    hostProcess: context.windowsOptions?.hostProcess === true,
    procMount: procMount !== "Default",
    "runAsUser 0": context.runAsUser === 0,
    appArmorProfile: appArmorProfile !== undefined && !profiles.has(appArmorProfile.type),
    seccompProfile: seccompProfile !== undefined && !profiles.has(seccompProfile.type),
    seLinuxOptions: !seLinuxTypes.has(seLinux.type ?? "") || (seLinux.user ?? seLinux.role ?? "") !== "",
  });
}
