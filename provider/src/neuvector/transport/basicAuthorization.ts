/** The `Basic` header value of the user name and password in a URL; `undefined` where it holds none. */
export function basicAuthorization({ username, password }: Pick<URL, "username" | "password">): string | undefined {
  if (username === "" && password === "") return undefined;
  const pair = `${decoded(username)}:${decoded(password)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

/** A user name or password as it was before it went into the URL; a lone `%` stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
