import { z } from "zod";

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

const volumeKinds = new Set([
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"],
]);

const sysctls = new Set([
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"],
  ...["net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports"],
  ...["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"],
  "net.ipv4.tcp_keepalive_probes",
]);

const profiles = new Set(["RuntimeDefault", "Localhost"]);
const seLinuxTypes = new Set(["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"]);

/**
 * What of a pod breaks the Pod Security Standard "restricted", and with it "baseline", a line each.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function restrictedViolations(spec: unknown): string[] {
  const pod = podSpec.parse(spec);
  const containers = [...pod.initContainers, ...pod.containers];
  return [
    ...(["hostNetwork", "hostPID", "hostIPC"] as const).filter((key) => pod[key] === true),
    ...pod.securityContext.sysctls.filter(({ name }) => !sysctls.has(name)).map(({ name }) => `sysctl ${name}`),
    ...pod.volumes.flatMap(({ name, ...kind }) =>
      Object.keys(kind)
        .filter((key) => !volumeKinds.has(key))
        .map((key) => `volume ${name}: ${key}`),
    ),
    ...ofContext(pod.securityContext).map((line) => `pod: ${line}`),
    ...containers.flatMap((each) => ofContainer(each, pod).map((line) => `container ${each.name}: ${line}`)),
  ];
}

function ofContainer(each: Container, pod: PodSpec): string[] {
  const { securityContext: context, lifecycle } = each;
  const inherited = { ...pod.securityContext, ...context };
  const handlers = [
    each.livenessProbe,
    each.readinessProbe,
    each.startupProbe,
    lifecycle?.postStart,
    lifecycle?.preStop,
  ];
  const asksHost = handlers.some((one) => (one?.httpGet?.host ?? one?.tcpSocket?.host) !== undefined);
  const added = (context.capabilities?.add ?? []).filter((name) => name !== "NET_BIND_SERVICE");
  return [
    ...ofContext(context),
    ...each.ports.flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [`hostPort ${hostPort}`])),
    ...(asksHost ? ["a probe of another host"] : []),
    ...added.map((name) => `capability ${name}`),
    ...(context.capabilities?.drop.includes("ALL") === true ? [] : ["capabilities are not dropped"]),
    ...(context.allowPrivilegeEscalation === false ? [] : ["allowPrivilegeEscalation is not false"]),
    ...(inherited.runAsNonRoot === true ? [] : ["runAsNonRoot is not true"]),
    ...(inherited.seccompProfile === undefined ? ["no seccompProfile"] : []),
  ];
}

/** What is wrong in a context as it stands, of a pod or of a container. */
function ofContext({ seLinuxOptions: seLinux, ...context }: Context): string[] {
  const { appArmorProfile, seccompProfile } = context;
  return [
    ...(context.privileged === true ? ["privileged"] : []),
    ...(context.windowsOptions?.hostProcess === true ? ["hostProcess"] : []),
    ...((context.procMount ?? "Default") === "Default" ? [] : ["procMount"]),
    ...(context.runAsUser === 0 ? ["runAsUser 0"] : []),
    ...(appArmorProfile && !profiles.has(appArmorProfile.type) ? ["appArmorProfile"] : []),
    ...(seccompProfile && !profiles.has(seccompProfile.type) ? ["seccompProfile"] : []),
    ...(seLinux && (!seLinuxTypes.has(seLinux.type ?? "") || (seLinux.user ?? seLinux.role ?? "") !== "")
      ? ["seLinuxOptions"]
      : []),
  ];
}
