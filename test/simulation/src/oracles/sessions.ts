import { endpointOf, jsonBody, type Message } from "../trace/events";
import type { Oracle } from "./oracle";

/**
 * A process has at most one session for each account of a controller, and logs out of each before it ends, unless its
 * logout was lost.
 */
export function createSessionsOracle(): Oracle {
  /** Per process: open tokens, by controller and account. */
  const open = new Map<string, Map<string, string>>();
  const ofProcess = (process: string): Map<string, string> => {
    const found = open.get(process) ?? new Map<string, string>();
    open.set(process, found);
    return found;
  };
  const accountOf = (message: Message): string => {
    const { password } = jsonBody(message);
    const username =
      typeof password === "object" && password !== null && "username" in password ? password.username : "";
    return `${message.to} ${String(username)}`;
  };
  const forget = (process: string, token: string | undefined): void => {
    const sessions = ofProcess(process);
    for (const [account, each] of sessions) if (each === token) sessions.delete(account);
  };

  return {
    name: "sessions end",
    see(event) {
      if (event.type === "provider_end") open.delete(event.process);
      if (event.type === "end") {
        const left = [...ofProcess(event.process).keys()];
        open.delete(event.process);
        if (left.length === 0 || event.how === "crashed") return undefined;
        return `${event.process} ended with open sessions: ${left.join(", ")}`;
      }
      if (event.type !== "request" && event.type !== "response") return undefined;
      const { message } = event;
      if (!message.isOurs) return undefined;
      const endpoint = endpointOf(message);
      if (event.type === "request") {
        if (endpoint === "DELETE /v1/auth") forget(message.from, message.token);
        return undefined;
      }
      const { status } = event.response;
      // A session that the controller refuses is over.
      if (endpoint !== "POST /v1/auth" && (status === 401 || status === 408)) forget(message.from, message.token);
      if (endpoint !== "POST /v1/auth" || status !== 200) return undefined;
      const { token } = jsonBody(event.response);
      const text = typeof token === "object" && token !== null && "token" in token ? String(token.token) : "";
      if (text === "") return undefined;
      const sessions = ofProcess(message.from);
      const account = accountOf(message);
      const isSecond = sessions.has(account);
      sessions.set(account, text);
      return isSecond ? `${message.from} opened a second session as ${account}` : undefined;
    },
  };
}
