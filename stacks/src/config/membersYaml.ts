import { isNode, LineCounter, parseDocument } from "yaml";
import { unreadableMembers, type RawMembers } from "./rawMembers";

/** Reads the members in a YAML list. Problems name only lines, never the text. */
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

/** The value of a document; `undefined` if an alias has no anchor, or there are too many. */
function valueOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}
