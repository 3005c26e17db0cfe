import { answerTable, errorKinds, operations, type KindFacts, type Operation } from "@fedjoin/provider";

const reactions: Record<KindFacts["reaction"], string> = {
  retry: "yes, with backoff",
  renew_session: "once, after a new login",
  renew_token: "at most twice, with a new token",
  resolve_name: "after looking who owns the name",
  stop: "no",
};

function answersOf(kind: string): string {
  const answers = answerTable
    .filter((row) => row.kind === kind)
    .map(
      ({ status, code, message }) =>
        `${status}${code === undefined ? "" : `/${code}`}${message ? " with that message" : ""}`,
    );
  return answers.length === 0 ? "" : `- Answers: ${answers.join(", ")}\n`;
}

function adviceOf({ hint, hints = {} }: KindFacts): string {
  const special = Object.entries(hints).map(
    ([operation, text]) => `  - At ${operations[operation as Operation]}: ${text}\n`,
  );
  return `- What to do: ${hint}\n${special.join("")}`;
}

/** `docs/reference/errors.md`: every kind with its meaning, whether it is retried, and what to do. */
export function errorsPage(): string {
  const sections = Object.entries(errorKinds).map(
    ([kind, facts]: [string, KindFacts]) =>
      `## ${kind}\n\n${facts.meaning}\n\n${answersOf(kind)}- Tried again: ${reactions[facts.reaction]}\n${adviceOf(facts)}`,
  );
  return [
    "# Errors",
    "",
    "Every error message ends with a link to its kind on this page. Answers are written as HTTP status and the controller's code; of several that fit the first counts. This page is made from the table that decides the reaction (`npm run docs`).",
    "",
    "The same answer asks for something else at a login, a join or a leave: where the advice differs, the message has that of the request that failed. A controller writes its code into every error. An answer without one comes from another server, such as a console, a proxy or an ingress; the message says so first, and its kind is `unexpected_reply` unless the status asks for another attempt.",
    "",
    sections.join("\n"),
  ].join("\n");
}
