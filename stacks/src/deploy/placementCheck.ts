import { mapWithConcurrency } from "@fedjoin/provider/internal/neuvector";
import {
  checkPlacement,
  resolveContext,
  type KubeFetch,
  type PlacementFinding,
} from "@fedjoin/provider/internal/kubernetes";
import { createKubeFetch } from "@fedjoin/provider/internal/system";
import * as pulumi from "@pulumi/pulumi";
import { placementOf } from "./memberArgs";
import type { StackEnvironment } from "./readConfig";

const clusterConcurrency = 32;

/**
 * Checks in each cluster for what its exporter needs, before anything is deployed. A cluster that does not answer is not
 * a problem here: the deployment itself reports it.
 * @throws pulumi.RunError with a line for each member that cannot be deployed.
 */
export async function checkPlacements({ members }: StackEnvironment): Promise<void> {
  const found = await mapWithConcurrency(
    members,
    async (member) => {
      const [placement, ask] = [placementOf(member, members), kubeClientFor(member)];
      const findings = placement && ask ? await checkPlacement(placement, ask) : [];
      return findings.map((finding) => ({ finding, line: problemLine(member.storeId, finding) }));
    },
    clusterConcurrency,
  );
  for (const { finding, line } of found.flat()) if (finding.level === "warning") await pulumi.log.warn(line);
  const problems = found.flat().filter(({ finding }) => finding.level === "problem");
  if (problems.length > 0) throw new pulumi.RunError(problemsMessage(problems.map(({ line }) => line)));
}

function kubeClientFor({
  kubernetes: { access, context },
}: StackEnvironment["members"][number]): KubeFetch | undefined {
  const { config } = access?.() ?? {};
  const reached = config && resolveContext(config, context);
  return reached && createKubeFetch(reached);
}

function problemLine(storeId: string, { text, fix }: PlacementFinding): string {
  return `${storeId}: ${text}${fix === undefined ? "" : `. ${fix}`}`;
}

function problemsMessage(lines: readonly string[]): string {
  const what = lines.length === 1 ? "An exporter" : `${lines.length} exporters`;
  return [`${what} of stack ${pulumi.getStack()} cannot be deployed, so nothing was touched:`, ...lines].join("\n  ");
}
