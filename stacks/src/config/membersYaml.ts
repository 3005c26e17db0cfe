import { parseYaml } from "@fedjoin/provider/internal/values";
import { unreadableMembers, type RawMembers } from "./rawMembers";

/** Reads the members in a YAML list. Problems name only lines, never the text. */
export function membersOfYaml(text: string): RawMembers {
  const yaml = parseYaml(text);
  if ("problem" in yaml) return unreadableMembers({ message: yaml.problem });
  const { value, lineOf } = yaml;
  if (!Array.isArray(value)) return unreadableMembers({ message: "expected a list of members" });
  return { section: "membersFile", members: value, problems: [], lineOf: (index, path) => lineOf([index, ...path]) };
}
