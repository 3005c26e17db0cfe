import { domainOf, idOf, serviceOf, startSeconds, startText } from "./shared";

/** What every entry of a log says about its place and time; the newest comes first. */
const logged = (kind: string, index: number) => ({
  cluster_name: "cluster.local",
  enforcer_id: idOf("enforcer", index % 300),
  enforcer_name: `neuvector-enforcer-pod-${index % 300}`,
  host_id: `node-${index % 100}:${idOf("host", index % 100).slice(0, 32)}`,
  host_name: `node-${index % 100}`,
  id: idOf(kind, index).slice(0, 36),
  level: index % 3 === 0 ? "Critical" : "Warning",
  reported_at: startText,
  reported_timestamp: startSeconds - index,
});

const party = (role: string, index: number) => ({
  [`${role}_domain`]: domainOf(index),
  [`${role}_id`]: idOf("workload", index),
  [`${role}_image`]: `registry.example.com/app:1.${index % 40}.0`,
  [`${role}_name`]: `svc-${index % 500}-pod`,
  [`${role}_service`]: serviceOf(index),
});

export const threat = (index: number) => ({
  ...logged("threat", index),
  ...party("client_workload", index),
  ...party("server_workload", index + 1),
  action: "alert",
  application: "HTTP",
  client_ip: "203.0.113.7",
  client_port: 40_000,
  count: 3,
  ether_type: 2048,
  group: "",
  ip_proto: 6,
  message: "sql",
  monitor: false,
  name: "SQL.Injection",
  sensor: "",
  server_ip: "10.42.1.1",
  server_port: 80,
  severity: "High",
  target: "server",
  threat_id: 2022,
});

export const incident = (index: number) => ({
  ...logged("incident", index),
  ...party("workload", index),
  action: "alert",
  aggregation_from: startSeconds - index,
  file_name: ["/etc/passwd"],
  file_path: "/etc/passwd",
  group: "nv.web.shop",
  message: "Risky application behavior",
  name: "Container.Suspicious.Process",
  proc_cmd: "nc -l 4444",
  proc_name: "nc",
  proc_path: "/bin/nc",
  rule_id: idOf("rule", index % 50).slice(0, 36),
});

export const violation = (index: number) => ({
  ...logged("violation", index),
  ...party("client", index),
  ...party("server", index + 1),
  applications: ["HTTP"],
  client_ip: "10.42.1.2",
  fqdn: "",
  ip_proto: 6,
  nbe: false,
  policy_action: "violate",
  policy_id: 0,
  server_ip: "10.42.1.1",
  server_port: 9999,
  servers: [""],
  sessions: 3,
  xff: false,
});

export const audit = (index: number) => ({
  ...logged("audit", index),
  critical_vul_cnt: 1,
  high_vul_cnt: 2,
  medium_vul_cnt: 3,
  message: "",
  name: "Container.Scan.Report",
});

export const event = (index: number) => ({
  ...logged("event", index),
  category: "AUTH",
  controller_id: "",
  controller_name: "",
  message: "User reader login",
  name: "User.Login",
  user: "reader",
  user_addr: "10.0.0.1",
  user_roles: { "": "reader" },
  user_session: idOf("session", index).slice(0, 12),
});
