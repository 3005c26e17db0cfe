/** The assignments of one section of a unit, in order. An empty value, which clears the list before it, is kept. */
export function readUnit(text: string, section: string): readonly { readonly key: string; readonly value: string }[] {
  let at = "";
  return text.split("\n").flatMap((line) => {
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    if (header !== undefined) at = header;
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    return at === section && key !== undefined ? [{ key, value: value ?? "" }] : [];
  });
}

/** The environment that `Environment=` gives, with the specifiers `%d` (credentials) and `%S` (state) replaced. */
export function unitEnvironment(
  units: readonly string[],
  folders: { readonly d: string; readonly S: string },
): Readonly<Record<string, string>> {
  const pairs = units
    .flatMap((text) => readUnit(text, "Service"))
    .filter(({ key }) => key === "Environment")
    .flatMap(({ value }) => value.split(" "))
    .map((pair) => pair.replaceAll("%d", folders.d).replaceAll("%S", folders.S))
    .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);
  return Object.fromEntries(pairs);
}
