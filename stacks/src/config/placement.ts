import { choice, expected, mapping, text } from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { list, positiveInteger, textMap } from "./scalars";

const requirement = mapping({
  key: text.describe("the label's name"),
  operator: choice("In", "NotIn", "Exists", "DoesNotExist").describe("how its value is compared"),
  values: list(text).exactOptional().describe("for In and NotIn"),
});

/** A Kubernetes label selector. */
export const selector = mapping({
  matchLabels: textMap.exactOptional().describe("labels that an object must have"),
  matchExpressions: list(requirement).exactOptional().describe("further requirements for its labels"),
}).meta({ title: "Selector" });

const weightRange = "expected a weight, 1 to 100";
const weight = z
  .int(expected("a weight"))
  .min(1, weightRange)
  .max(100, weightRange)
  .describe("weight relative to the others");

const toleration = mapping({
  key: text.exactOptional().describe("the taint's key"),
  operator: choice("Exists", "Equal").exactOptional().describe("default Equal"),
  value: text.exactOptional().describe("the taint's value"),
  effect: choice("NoSchedule", "PreferNoSchedule", "NoExecute")
    .exactOptional()
    .describe("the taint's effect; default any"),
  tolerationSeconds: z
    .int(expected("a whole number of seconds"))
    .exactOptional()
    .describe("how long NoExecute is tolerated"),
});

const nodeRequirement = mapping({
  key: text.describe("a label of the node, or a field such as metadata.name"),
  operator: choice("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt").describe("how its value is compared"),
  values: list(text).exactOptional().describe("for In and NotIn; one number for Gt and Lt"),
});

const nodes = mapping({
  matchExpressions: list(nodeRequirement).exactOptional().describe("requirements for the node's labels"),
  matchFields: list(nodeRequirement).exactOptional().describe("requirements for the node's fields"),
}).meta({ title: "Nodes" });

const pods = mapping({
  topologyKey: text.describe("the node label that defines the topology domain, such as kubernetes.io/hostname"),
  labelSelector: selector.exactOptional().describe("which pods"),
  namespaces: list(text).exactOptional().describe("in these namespaces; default the exporter's own"),
  namespaceSelector: selector.exactOptional().describe("in namespaces with these labels"),
  matchLabelKeys: list(text).exactOptional().describe("labels whose values must equal the exporter's own"),
  mismatchLabelKeys: list(text).exactOptional().describe("labels whose values must differ from the exporter's own"),
}).meta({ title: "Pods" });

const ofPods = mapping({
  requiredDuringSchedulingIgnoredDuringExecution: list(pods).exactOptional().describe("required, all of them"),
  preferredDuringSchedulingIgnoredDuringExecution: list(
    mapping({ weight, podAffinityTerm: pods.describe("which pods") }),
  )
    .exactOptional()
    .describe("preferred"),
});

const affinity = mapping({
  nodeAffinity: mapping({
    requiredDuringSchedulingIgnoredDuringExecution: mapping({
      nodeSelectorTerms: list(nodes).describe("alternatives, of which one must match"),
    })
      .exactOptional()
      .describe("required"),
    preferredDuringSchedulingIgnoredDuringExecution: list(
      mapping({ weight, preference: nodes.describe("which nodes") }),
    )
      .exactOptional()
      .describe("preferred"),
  })
    .exactOptional()
    .describe("which nodes"),
  podAffinity: ofPods.exactOptional().describe("pods to be placed with"),
  podAntiAffinity: ofPods.exactOptional().describe("pods to be placed apart from"),
}).meta({ title: "Affinity" });

const policy = choice("Honor", "Ignore").exactOptional();

const spread = mapping({
  maxSkew: positiveInteger.describe("maximum difference in the number of pods between topology domains"),
  topologyKey: text.describe("the node label that defines the topology domains, such as topology.kubernetes.io/zone"),
  whenUnsatisfiable: choice("DoNotSchedule", "ScheduleAnyway").describe("what to do if that is impossible"),
  labelSelector: selector.exactOptional().describe("which pods are counted; default none"),
  minDomains: positiveInteger.exactOptional().describe("minimum number of topology domains"),
  nodeAffinityPolicy: policy.describe("whether nodes excluded by the affinity count; default Honor: they do not"),
  nodeTaintsPolicy: policy.describe("whether nodes with taints count; default Ignore: they do"),
  matchLabelKeys: list(text).exactOptional().describe("labels of the pod that count as part of labelSelector"),
}).meta({ title: "Spread" });

/** Where the exporter's pod may run, and its priority, as in Kubernetes. */
export const placement = {
  nodeSelector: textMap.exactOptional().describe("labels that a node must have"),
  tolerations: list(toleration).exactOptional().describe("taints of nodes that the pod tolerates"),
  affinity: affinity.exactOptional().describe("node affinity, and pod affinity and anti-affinity"),
  topologySpreadConstraints: list(spread).exactOptional().describe("how it is spread with other pods"),
  priorityClassName: text.exactOptional().describe("the pod's priority class"),
};
