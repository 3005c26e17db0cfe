import {
  classificationTable,
  errorKinds,
  operations,
  type ErrorKindInfo,
  type Operation,
} from "@fedjoin/provider/internal/reference";

const reactions: Record<ErrorKindInfo["reaction"], string> = {
  retry: "yes, with backoff",
  renew_session: "once, after a new login",
  renew_token: "at most twice, with a new token",
  resolve_name: "after checking which cluster has the name",
  stop: "no",
};

function answersOf(kind: string): string {
  const answers = classificationTable
    .filter((row) => row.kind === kind)
    .map(
      ({ status, code, message }) =>
        `${status}${code === undefined ? "" : `/${code}`}${message ? " with that message" : ""}`,
    );
  return answers.length === 0 ? "" : `- Answers: ${answers.join(", ")}\n`;
}

function adviceOf({ hint, hints = {}, page }: ErrorKindInfo): string {
  const special = Object.entries(hints).map(
    ([operation, text]) => `  - At ${operations[operation as Operation]}: ${text}\n`,
  );
  return `- What to do: ${hint}\n${special.join("")}${page === undefined ? "" : `- Procedure: [operations](${page.replace("docs/", "../")})\n`}`;
}

/** `docs/reference/errors.md`: every kind with its meaning, whether it is retried, and what to do. */
export function errorsPage(): string {
  const sections = Object.entries(errorKinds).map(
    ([kind, facts]: [string, ErrorKindInfo]) =>
      `## ${kind}\n\n${facts.meaning}\n\n${answersOf(kind)}- Retried: ${reactions[facts.reaction]}\n${adviceOf(facts)}`,
  );
  return [
    "# Errors",
    "",
    "Every error message ends with a link to its kind on this page, or to the procedure that fixes it. Answers are written as HTTP status and the controller's [code](rest-api.md#error-codes); if several match, the first one applies. This page is generated from the table that also decides the reaction (`npm run docs`).",
    "",
    "The same answer can need different fixes at a login, a join or a leave: the message has the advice for the request that failed. A controller puts a code into every error. An answer without one comes from another server, such as a console, a proxy or an ingress; the message starts with that, and its kind is `unexpected_reply` unless the status allows a retry.",
    "",
    sections.join("\n"),
  ].join("\n");
}
