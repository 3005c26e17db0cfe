/** Reads files that are kept in memory; any other is missing. */
export const readFrom =
  (files: Readonly<Record<string, string | undefined>>) =>
  (path: string): string => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error(path), { code: "ENOENT" });
    return text;
  };

/** Where no file may be read. */
export const noFiles = readFrom({});
