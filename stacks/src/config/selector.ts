import { choice, list, mapping, text, textMap } from "./scalars";

const requirement = mapping({
  key: text.describe("the label's name"),
  operator: choice("In", "NotIn", "Exists", "DoesNotExist").describe("how its value is compared"),
  values: list(text).exactOptional().describe("for In and NotIn"),
});

/** Chooses objects by their labels, as Kubernetes has it. */
export const selector = mapping({
  matchLabels: textMap.exactOptional().describe("labels that an object must have"),
  matchExpressions: list(requirement).exactOptional().describe("further requirements for its labels"),
}).meta({ title: "Selector" });
