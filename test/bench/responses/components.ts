import { idOf, scan, startText } from "./shared";

export function component(kind: string, index: number) {
  return {
    cluster_ip: `10.42.200.${index % 250}`,
    connection_state: "connected",
    cpus: "",
    created_at: startText,
    disconnected_at: "",
    display_name: `neuvector-${kind}-pod-${idOf(kind, index).slice(0, 5)}`,
    domain: "neuvector",
    host_id: `node-${index}:${idOf("host", index).slice(0, 32)}`,
    host_name: `node-${index}`,
    id: idOf(kind, index),
    joined_at: startText,
    labels: { app: `neuvector-${kind}-pod`, release: "5.6.0" },
    memory_limit: 0,
    name: `k8s_neuvector-${kind}-pod_${index}`,
    started_at: startText,
    version: "v5.6.0",
  };
}

export function host(index: number) {
  return {
    annotations: null,
    cap_docker_bench: false,
    cap_kube_bench: true,
    cgroup_version: 2,
    containers: 40,
    cpus: 16,
    id: `node-${index}:${idOf("host", index).slice(0, 32)}`,
    interfaces: { eth0: [{ gateway: "10.0.0.254", ip: `10.0.${index % 250}.1`, ip_prefix: 24 }] },
    kernel: "5.14.21-default",
    labels: { "kubernetes.io/arch": "amd64", "node.kubernetes.io/instance-type": "m6i.4xlarge" },
    memory: 68_719_476_736,
    name: `node-${index}`,
    os: "SUSE Linux Enterprise Server 15 SP5",
    platform: "Kubernetes",
    pods: 20,
    policy_mode: "Discover",
    profile_mode: "Discover",
    runtime: "containerd",
    runtime_version: "1.7.0",
    scan_summary: scan(index, index % 4),
    state: "connected",
    storage_driver: "overlayfs",
  };
}

export function stats(id: string, index: number) {
  const span = (share: number) => ({
    byte_in: index * 1000,
    byte_out: index * 900,
    cpu: share / (index + 7),
    memory: 200_000_000 + index * 4096,
    packet_in: index * 10,
    packet_out: index * 9,
    session_in: index,
    session_out: index,
  });
  return {
    id,
    read_at: startText,
    stats: { interval: 5, span_1: span(1), span_12: span(2), span_60: span(3), total: span(0) },
  };
}

export const member = (index: number, status: string) => ({
  disabled: false,
  id: idOf("cluster", index).slice(0, 32),
  name: `edge-${index}`,
  rest_info: { port: 10_443, server: `edge-${index}.example.com` },
  rest_version: "v5.6.0",
  status,
});
