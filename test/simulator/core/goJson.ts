/**
 * JSON text as the controller's marshaller writes it: keys sorted, no spaces (contract 0).
 * A bigint becomes a plain number, because some fields lie beyond the safe integers.
 */
export function toGoJson(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  // Lists of a thousand members pass here a thousand times: no list is made that is only joined again.
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === "" ? "" : ","}${toGoJson(item)}`;
    return `[${text}]`;
  }
  const members = new Map(Object.entries(value));
  for (const key of [...members.keys()].sort()) {
    const member = members.get(key);
    if (member !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${toGoJson(member)}`;
  }
  return `{${text}}`;
}
