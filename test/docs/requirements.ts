/** What the project must do, each demand in one line, in the order of the documents it came from. */
export const requirements = {
  D1: "A Pulumi dynamic provider in TypeScript, on @pulumi/pulumi, @pulumi/kubernetes, axios and prom-client.",
  D2: "Top level: package.json, tsconfig.json, Pulumi.yaml, provider, stacks, exporter, test.",
  D3: "A dynamic resource FedJoin with create, read and delete against `/v1/fed/join`, retry and a random name suffix.",
  D4: "The stacks deploy the exporter together with the join resource.",
  D5: "Used by `pulumi up` in pipelines, with one stack configuration per environment.",
  R1: "The exporter can join by itself at start; off by default (`ENABLE_FED_JOIN`).",
  R2: "Missing or malformed required inputs are reported by name, and the exporter goes on.",
  R3: "The join token comes from `JOIN_TOKEN` or from `JOIN_TOKEN_URL` (`context`); the direct one wins.",
  R4: "The master is `MASTER_CLUSTER_ADDRESS`, else derived from the store id; port 443. A token carries an address too.",
  R5: "The cluster name is the store id, a hyphen and 6 random alphanumerics.",
  R6: "`POST /v1/fed/join` with `name`, `join_token`, `joint_rest_info`.",
  R7: "400 stops, 401 logs in again, 409 stops, 500 and above and silence are retried.",
  R8: "Backoff 10 s doubling to 300 s, at most `MAX_JOIN_RETRIES` (10) retries.",
  R9: "A failed join never affects the metrics.",
  R10: "The join's log lines, word for word.",
  R11: "`CTRL_API_SERVICE`, `CTRL_USERNAME`, `CTRL_PASSWORD`, `EXPORTER_PORT` (8068) work as before.",
  R12: "Docker Compose, Kubernetes and a bare process are shipped as tested examples.",
  R13: "Unit tests without network, integration tests of the whole flow.",
  R14: "Troubleshooting for each failure: configuration, token, 400, 401, 409.",
  R15: "No token or password in logs; Secrets; TLS verified; least privilege; firewall rules.",
  R16: "Controller API v1; existing exporter functions unaffected; Apache-2.0.",
} as const;

export type RequirementId = keyof typeof requirements;
