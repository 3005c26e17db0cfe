/** Lines for a shell that export these variables of an environment; those that it lacks are left out. */
export function exportLines(env: Readonly<Record<string, string>>, names: readonly string[]): string {
  return names
    .flatMap((name) => (env[name] === undefined ? [] : [`export ${name}='${env[name].replaceAll("'", `'\\''`)}'\n`]))
    .join("");
}
