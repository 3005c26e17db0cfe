/** What a Pulumi command did to one resource. */
interface Step {
  readonly sign: string;
  readonly type: string;
  readonly name: string;
  /** Such as `created`. */
  readonly verb: string;
}

const stepLine = /^ (?<sign>[+\-~]|[+-]{2}|>)\s+(?<type>\S+:\S+) (?<name>\S+) (?<verb>[a-z]+ed)\b/;
const countLine = /^\s+(?:[+\-~]\s)?\d+ (?:unchanged|[a-z]+ed)\b/;

/**
 * Sums up what a Pulumi command prints, always in the same order: each membership, then the objects in Kubernetes by
 * kind, then the counts.
 */
export function summarizeOutput(output: string): readonly string[] {
  const lines = output.split("\n");
  const steps = lines.flatMap((line) => {
    const { sign, type, name, verb } = stepLine.exec(line)?.groups ?? {};
    if (sign === undefined || type === undefined || name === undefined || verb === undefined) return [];
    return [{ sign, type, name, verb }];
  });
  const memberships = steps
    .filter(({ type }) => type.endsWith(":FedJoin"))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ sign, name, verb }) => `${sign} membership ${name}  ${verb}`);
  const counts = lines.filter((line) => countLine.test(line)).map((line) => line.trim().replace(/^[+\-~] /, ""));
  return [...memberships, ...objects(steps), `Resources: ${counts.join(", ") || "none"}`];
}

/** A line for each verb, such as `+ Kubernetes: 3 Deployments, 3 Services created`. */
function objects(steps: readonly Step[]): string[] {
  const all = steps.filter(({ type }) => type.startsWith("kubernetes:"));
  const actions = new Set(all.map(({ sign, verb }) => `${sign} ${verb}`));
  return [...actions].sort().map((action) => {
    const same = all.filter(({ sign, verb }) => action === `${sign} ${verb}`);
    const [sign = "", verb = ""] = action.split(" ");
    const kinds = same.map(({ type }) => type.split(":").at(-1) ?? type);
    const counted = [...new Set(kinds)].sort().map((kind) => {
      const count = kinds.filter((each) => each === kind).length;
      return `${count} ${kind}${count === 1 ? "" : "s"}`;
    });
    return `${sign} Kubernetes: ${counted.join(", ")} ${verb}`;
  });
}
