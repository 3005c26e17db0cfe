import {
  askKubeBy,
  lookAtPlacement,
  mapLimited,
  reachedBy,
  type AskKube,
  type PlacementFinding,
} from "@fedjoin/provider";
import * as pulumi from "@pulumi/pulumi";
import { placementOf } from "./config/placementOf";
import type { StackEnvironment } from "./config";

const clustersAtOnce = 32;

/**
 * Asks each cluster for what an exporter needs there, before anything is made. A cluster that does not answer speaks
 * against nothing here: the deployment itself will say so.
 * @throws pulumi.RunError with a line for each member that cannot be deployed.
 */
export async function provePlacements({ members }: StackEnvironment): Promise<void> {
  const found = await mapLimited(
    members,
    async (member) => {
      const [placement, ask] = [placementOf(member, members), askerOf(member)];
      const findings = placement && ask ? await lookAtPlacement(placement, ask) : [];
      return findings.map((finding) => ({ finding, line: lineOf(member.storeId, finding) }));
    },
    clustersAtOnce,
  );
  for (const { finding, line } of found.flat()) if (finding.level === "warning") await pulumi.log.warn(line);
  const problems = found.flat().filter(({ finding }) => finding.level === "problem");
  if (problems.length > 0) throw new pulumi.RunError(refusalOf(problems.map(({ line }) => line)));
}

function askerOf({ kubernetes: { access, context } }: StackEnvironment["members"][number]): AskKube | undefined {
  const { config } = access?.() ?? {};
  const reached = config && reachedBy(config, context);
  return reached && askKubeBy(reached);
}

function lineOf(storeId: string, { text, fix }: PlacementFinding): string {
  return `${storeId}: ${text}${fix === undefined ? "" : `. ${fix}`}`;
}

function refusalOf(lines: readonly string[]): string {
  const what = lines.length === 1 ? "An exporter" : `${lines.length} exporters`;
  return [`${what} of stack ${pulumi.getStack()} cannot be deployed, so nothing was touched:`, ...lines].join("\n  ");
}
