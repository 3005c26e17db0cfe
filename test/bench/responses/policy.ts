import { domainOf, modes, perService, serviceOf } from "./shared";

export const group = (index: number) => ({
  cfg_type: "learned",
  comment: "",
  domain: domainOf(index),
  kind: "container",
  learned: true,
  name: `nv.${serviceOf(index * perService)}.${domainOf(index)}`,
  not_scored: false,
  platform_role: "",
  policy_mode: modes[index % modes.length],
  profile_mode: modes[index % modes.length],
  reserved: false,
});

export const rule = (index: number) => ({
  cfg_type: index % 2 === 0 ? "default" : "user_created",
  comment: "",
  disable: index % 3 === 0,
  id: 1000 + index,
});

export const domain = (name: string, workloads: number) => ({
  labels: { "kubernetes.io/metadata.name": name },
  name,
  nbe: false,
  running_pods: workloads,
  running_workloads: workloads,
  services: Math.ceil(workloads / perService),
  tags: [],
  workloads,
});
