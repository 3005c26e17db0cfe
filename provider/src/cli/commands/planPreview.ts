import { NeuVectorError } from "../../errors/neuVectorError";
import { previewErrors } from "../../pulumi/previewErrors";
import { findLeaves, type MembershipChange } from "../../pulumi/previewLeaves";
import type { Report } from "../report";
import { pluralize } from "../format";

/** Reports who would leave, and why, from the output of `pulumi preview --json`. @throws NeuVectorError invalid_input. */
export function planPreview(preview: string): Report {
  const found = findLeaves(preview);
  if (found === undefined) {
    throw new NeuVectorError("invalid_input", "expected the output of pulumi preview --json", { hint: "" });
  }
  const { leaves, handedOver, retained } = found;
  const errors = previewErrors(preview);
  return {
    text: [
      ...[...leaves, ...handedOver, ...retained].map(lineOf),
      ...errors.map((error) => `the preview failed: ${error}`),
      `${pluralize(leaves.length, "member")} would leave, ${handedOver.length} handed over, ${retained.length} retained`,
    ],
    json: { leaves, handedOver, retained, errors },
    exitCode: errors.length > 0 ? 2 : 0,
  };
}

function lineOf({ resource, text }: MembershipChange): string {
  return `${resource}: ${text}`;
}
