import type { ResourceProps } from "../../resources/shared/props";

/** A FedJoin to declare. */
export interface ProgramMember {
  /** The name of the resource. */
  readonly resource: string;
  readonly inputs: ResourceProps;
}

/** A TypeScript program that declares the FedJoins, one per line, grouped by master. */
export function memberProgram(members: readonly ProgramMember[]): string {
  const groups = new Map<string, string[]>();
  for (const { resource, inputs } of members) {
    const { master, ...args } = inputs;
    const key = JSON.stringify(master, undefined, 2);
    const lines = groups.get(key) ?? [];
    lines.push(`  ${JSON.stringify(resource)}: ${JSON.stringify(args)},`);
    groups.set(key, lines);
  }
  const blocks = [...groups].map(([master, lines]) => `declare(${master}, {\n${lines.join("\n")}\n});\n`);
  return [header, ...blocks].join("\n");
}

const header = `import { FedJoin, type FedJoinArgs, type MasterArgs } from "@fedjoin/provider";

type MemberArgs = Omit<FedJoinArgs, "master">;

function declare(master: MasterArgs, members: Readonly<Record<string, MemberArgs>>): void {
  for (const [name, args] of Object.entries(members)) new FedJoin(name, { master, ...args });
}
`;
