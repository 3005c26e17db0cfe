import { z } from "zod";
import { choice, positiveInteger, expected, list, mapping, text, textMap } from "./scalars";
import { selector } from "./selector";

const weightRange = "expected a weight, 1 to 100";
const weight = z
  .int(expected("a weight"))
  .min(1, weightRange)
  .max(100, weightRange)
  .describe("how much it counts beside the others");

const toleration = mapping({
  key: text.exactOptional().describe("the taint's key"),
  operator: choice("Exists", "Equal").exactOptional().describe("default Equal"),
  value: text.exactOptional().describe("the taint's value"),
  effect: choice("NoSchedule", "PreferNoSchedule", "NoExecute")
    .exactOptional()
    .describe("the taint's effect; without it any"),
  tolerationSeconds: z
    .int(expected("a whole number of seconds"))
    .exactOptional()
    .describe("how long NoExecute is borne"),
});

const nodeRequirement = mapping({
  key: text.describe("a label of the node, or a field such as metadata.name"),
  operator: choice("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt").describe("what is asked of its value"),
  values: list(text).exactOptional().describe("for In and NotIn; one number for Gt and Lt"),
});

const nodes = mapping({
  matchExpressions: list(nodeRequirement).exactOptional().describe("what the node's labels must meet"),
  matchFields: list(nodeRequirement).exactOptional().describe("what its fields must meet"),
}).meta({ title: "Nodes" });

const pods = mapping({
  topologyKey: text.describe("the label of nodes that says what together means, such as kubernetes.io/hostname"),
  labelSelector: selector.exactOptional().describe("which pods"),
  namespaces: list(text).exactOptional().describe("in these namespaces; default the exporter's own"),
  namespaceSelector: selector.exactOptional().describe("in namespaces with these labels"),
  matchLabelKeys: list(text).exactOptional().describe("labels whose value must be the exporter's own"),
  mismatchLabelKeys: list(text).exactOptional().describe("labels whose value must be another"),
}).meta({ title: "Pods" });

const ofPods = mapping({
  requiredDuringSchedulingIgnoredDuringExecution: list(pods).exactOptional().describe("a must, all of them"),
  preferredDuringSchedulingIgnoredDuringExecution: list(
    mapping({ weight, podAffinityTerm: pods.describe("which pods") }),
  )
    .exactOptional()
    .describe("a wish"),
});

const affinity = mapping({
  nodeAffinity: mapping({
    requiredDuringSchedulingIgnoredDuringExecution: mapping({
      nodeSelectorTerms: list(nodes).describe("one of them must be met"),
    })
      .exactOptional()
      .describe("a must"),
    preferredDuringSchedulingIgnoredDuringExecution: list(
      mapping({ weight, preference: nodes.describe("which nodes") }),
    )
      .exactOptional()
      .describe("a wish"),
  })
    .exactOptional()
    .describe("which nodes"),
  podAffinity: ofPods.exactOptional().describe("together with which pods"),
  podAntiAffinity: ofPods.exactOptional().describe("apart from which pods"),
}).meta({ title: "Affinity" });

const policy = choice("Honor", "Ignore").exactOptional();

const spread = mapping({
  maxSkew: positiveInteger.describe("by how many pods the places may differ"),
  topologyKey: text.describe("the label of nodes that tells places apart, such as topology.kubernetes.io/zone"),
  whenUnsatisfiable: choice("DoNotSchedule", "ScheduleAnyway").describe("what is done where that cannot be"),
  labelSelector: selector.exactOptional().describe("which pods are counted; none without it"),
  minDomains: positiveInteger.exactOptional().describe("how many places there must be at least"),
  nodeAffinityPolicy: policy.describe("whether nodes that the affinity rules out count; default Honor: they do not"),
  nodeTaintsPolicy: policy.describe("whether nodes with taints count; default Ignore: they do"),
  matchLabelKeys: list(text).exactOptional().describe("labels of the pod that count as part of labelSelector"),
}).meta({ title: "Spread" });

/** Where the exporter's pod may run, and before whom, as Kubernetes has it. */
export const placement = {
  nodeSelector: textMap.exactOptional().describe("labels that a node must have"),
  tolerations: list(toleration).exactOptional().describe("taints of nodes that the pod tolerates"),
  affinity: affinity.exactOptional().describe("which nodes, and near which pods or away from them"),
  topologySpreadConstraints: list(spread).exactOptional().describe("how evenly it is spread with other pods"),
  priorityClassName: text.exactOptional().describe("before which other pods it runs"),
};
