import { isNode, LineCounter, parseDocument } from "yaml";
import { unreadableMembers, type RawMembers } from "./rawMembers";

/** The members of a YAML text that is a list of them. Says nothing of the text but lines. */
export function membersOfYaml(text: string): RawMembers {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ code, pos }) => ({
      message: `is not valid YAML (${code})`,
      line: lineCounter.linePos(pos[0]).line,
    }));
    return unreadableMembers(...problems);
  }
  const members = valueOf(document);
  if (!Array.isArray(members)) return unreadableMembers({ message: "expected a list of members" });
  return {
    section: "membersFile",
    members,
    problems: [],
    lineOf: (index, path) => {
      const places = [index, ...path].map((_, depth, all) => all.slice(0, all.length - depth));
      const nodes = places.map((place) => document.getIn(place, true)).filter(isNode);
      const start = nodes[0]?.range?.[0];
      return start === undefined ? undefined : lineCounter.linePos(start).line;
    },
  };
}

/** Nothing for aliases that lead nowhere, or too far. */
function valueOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}
