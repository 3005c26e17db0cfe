import { domainOf, idOf, modes, perService, scan, serviceOf, startSeconds, startText } from "./shared";

export function workload(index: number) {
  const domain = domainOf(Math.floor(index / perService));
  const service = serviceOf(index);
  const pod = `${service}-${idOf("rs", index).slice(0, 9)}-${idOf("pod", index).slice(0, 5)}`;
  const mode = modes[index % modes.length] ?? "";
  return {
    author: "",
    baseline_profile: "zero-drift",
    cap_change_mode: true,
    cap_quarantine: true,
    cap_sniff: true,
    children: [],
    display_name: pod,
    domain,
    has_datapath: true,
    host_id: `node-${index % 100}:${idOf("host", index % 100).slice(0, 32)}`,
    host_name: `node-${index % 100}`,
    id: idOf("workload", index),
    image: `registry.example.com/${domain}/${service}:1.${index % 40}.0`,
    image_created_at: startText,
    image_digest: `sha256:${idOf("digest", index)}`,
    image_id: idOf("image", index % 400),
    image_reg_scanned: false,
    image_repo_digests: null,
    name: `k8s_${service}_${pod}_${domain}_${idOf("uid", index).slice(0, 32)}_0`,
    platform_role: domain === "kube-system" ? "system" : "",
    pod_name: pod,
    policy_mode: mode,
    privileged: index % 20 === 0,
    profile_mode: mode,
    run_as_root: index % 3 === 0,
    // Most services have findings; the others show that a service without any is left out.
    scan_summary: scan(index, Math.floor(index / perService) % 5 === 0 ? 0 : (index % 7) + 1),
    service: `${service}.${domain}`,
    service_group: `nv.${service}.${domain}`,
    service_mesh: false,
    service_mesh_sidecar: false,
    state: mode.toLowerCase(),
  };
}

/** Every fourth conversation has an application in each flow and therefore no ports, every eighth has two. */
export const portsOf = (index: number): string[] =>
  index % 4 === 0 ? [] : index % 8 === 1 ? [`tcp/${8000 + (index % 50)}`, "tcp/9090"] : [`tcp/${8000 + (index % 50)}`];

export function conversation(index: number, workloads: number) {
  const ports = portsOf(index);
  const flow = (bytes: number, port: string | undefined) => ({
    ...(port === undefined ? { application: "HTTP" } : {}),
    bytes,
    client_ip: `10.42.${index % 250}.${(index * 7) % 250}`,
    last_seen_at: startSeconds + index,
    policy_action: "allow",
    ...(port === undefined ? {} : { port }),
    server_ip: `10.42.${(index * 3) % 250}.${(index * 11) % 250}`,
    sessions: 3 + (index % 9),
  });
  const bytes = 1234 + index * 17;
  const from = index % workloads;
  // Another step for each round over the workloads, so that no pair comes twice.
  const to = (from + 1 + Math.floor(index / workloads)) % workloads;
  return {
    applications: ["HTTP"],
    bytes,
    entries: [flow(bytes - 1000, ports[0]), flow(1000, ports[1])],
    event_type: [],
    from: idOf("workload", from),
    policy_action: "allow",
    ...(ports.length === 0 ? {} : { ports }),
    protocols: ["tcp"],
    sessions: 9,
    severity: index % 50 === 0 ? "High" : "",
    to: idOf("workload", to),
  };
}
