import { expect, test } from "vitest";
import { summarizeOutput } from "../../../testbed/src/demo/pulumiOutput";

const up = `Updating (demo):

@ updating....
 +  pulumi:pulumi:Stack fedjoin-demo creating (0s)
 +  pulumi:providers:kubernetes cluster-default created (0.03s)
 +  kubernetes:core/v1:Namespace cluster-default-store-u2205b created (0.08s)
 +  pulumi-nodejs:dynamic/neuvector:FedJoin u2205b creating (0s)
 +  kubernetes:core/v1:Secret exporter-u2205b-secret created (0.06s)
 +  pulumi-nodejs:dynamic/neuvector:FedJoin u2205b created (1s)
 +  kubernetes:core/v1:Namespace cluster-default-store-u2204a created (0.15s)
 +  pulumi-nodejs:dynamic/neuvector:FedJoin u2204a created (1s)
 +  pulumi:pulumi:Stack fedjoin-demo created (24s)
Resources:
    + 6 created
    1 unchanged

Duration: 28s
`;

test("memberships come first, then Kubernetes by kind, then the counts, whatever order they happened in", () => {
  expect(summarizeOutput(up)).toEqual([
    "+ membership u2204a  created",
    "+ membership u2205b  created",
    "+ Kubernetes: 2 Namespaces, 1 Secret created",
    "Resources: 6 created, 1 unchanged",
  ]);
  const shuffled = up.split("\n").toSorted().join("\n");
  expect(summarizeOutput(shuffled).slice(0, 3)).toEqual(summarizeOutput(up).slice(0, 3));
});

test("a refresh shows what is gone, and not what it only read", () => {
  const refresh = `Refreshing (demo):
     kubernetes:core/v1:Secret exporter-u2205b-secret
 ~  pulumi-nodejs:dynamic/neuvector:FedJoin u2204a refreshing (0s)
 -  pulumi-nodejs:dynamic/neuvector:FedJoin u2204a deleted (1s)
 -  kubernetes:core/v1:Namespace store deleted (0.00s)[retain]
Resources:
    - 1 deleted
    25 unchanged
`;
  expect(summarizeOutput(refresh)).toEqual([
    "- membership u2204a  deleted",
    "- Kubernetes: 1 Namespace deleted",
    "Resources: 1 deleted, 25 unchanged",
  ]);
});
