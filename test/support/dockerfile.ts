import * as z from "zod";

export interface Instruction {
  /** Such as `COPY`. */
  readonly name: string;
  /** All behind the name, on one line. */
  readonly rest: string;
}

/** One `FROM` and what follows it. */
export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile. */
export function readDockerfile(text: string): readonly Stage[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n");
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of lines.filter((each) => each.trim() !== "")) {
    const [, name = "", rest = ""] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    const stage = stages.at(-1);
    if (name === "FROM") {
      const [, image = "", as] = /^(?:--platform=\S+ )?(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
      stages.push({ image, name: as, instructions: [] });
    } else if (stage !== undefined) {
      stage.instructions.push({ name, rest });
    } else {
      throw new Error(`${name} before the first FROM`);
    }
  }
  return stages;
}

/** The one instruction of that name. */
export function onlyInstruction({ instructions }: Stage, name: string): string {
  const [first, second] = instructions.filter((each) => each.name === name);
  if (first === undefined || second !== undefined) throw new Error(`expected one ${name}`);
  return first.rest;
}

/** The words of a command that needs no shell. @throws when it is written in another way. */
export function execForm(rest: string): readonly string[] {
  return z.array(z.string()).parse(JSON.parse(rest));
}

/** What a COPY takes from the build's context, and where to; undefined when it takes from another stage. */
export function copied(rest: string): { readonly sources: readonly string[]; readonly target: string } | undefined {
  if (rest.startsWith("--from=")) return undefined;
  const paths = rest.split(/ +/);
  return { sources: paths.slice(0, -1), target: paths.at(-1) ?? "" };
}
