import { endpointOf, jsonBody, type RecordedProps, type RecordedState } from "../trace/events";
import type { Oracle } from "./oracle";

/** Keys whose value a stack encrypts: these inputs are secrets, and so is what the state keeps of a previous master. */
const encrypted: ReadonlySet<string> = new Set([
  "password",
  "apiKey",
  "joinToken",
  "joinTokenUrl",
  "previousMasters",
  "refusedCredentials",
]);
const canary = /Canary-[\w.]+-\d+/;

/** No password, session or join token is in a log, an error, or a part of the state that is not encrypted. */
export function createSecretsOracle(): Oracle {
  const tokens = new Set<string>();
  const leakIn = (text: string): string | undefined =>
    canary.exec(text)?.[0] ?? [...tokens].find((token) => text.includes(token));
  /** Checked before: a state changes in few places from one checkpoint to the next, and nothing in place. */
  const known = new WeakSet<object>();
  const newProps = ({ resources, pendingOperations }: RecordedState): RecordedProps[] =>
    [...resources, ...pendingOperations.map(({ resource }) => resource)]
      .flatMap(({ inputs, outputs }) => [inputs, outputs])
      .filter((props) => {
        const isNew = !known.has(props);
        known.add(props);
        return isNew;
      });
  const report = (where: string, text: string): string | undefined =>
    leakIn(text) === undefined ? undefined : `${where} shows a secret: ${text.slice(0, 200)}`;

  return {
    name: "secrets stay secret",
    see(event) {
      switch (event.type) {
        case "response": {
          if (!event.message.isOurs || event.response.status !== 200) return undefined;
          const { token, join_token: minted, context } = jsonBody(event.response);
          const session = typeof token === "object" && token !== null && "token" in token ? token.token : undefined;
          const isTokenSource = ["POST /v1/auth", "GET /v1/fed/join_token"].includes(endpointOf(event.message));
          for (const each of [isTokenSource ? session : undefined, minted, context]) {
            if (typeof each === "string" && each !== "") tokens.add(each);
          }
          return undefined;
        }
        case "log":
          return report(`a log line of ${event.process}`, event.text);
        case "end":
          return report(`an error of ${event.process}`, event.problems.join("\n"));
        case "result":
          return event.result.is === "failed" ? report(`an error of ${event.process}`, event.result.error) : undefined;
        case "checkpoint":
          return report(`the state of ${event.process}`, newProps(event.state).map(plainText).join("\n"));
        default:
          return undefined;
      }
    },
  };
}

/** The properties without what a stack encrypts. */
function plainText(props: RecordedProps): string {
  return JSON.stringify(props, (key, value: unknown) => (encrypted.has(key) ? undefined : value));
}
