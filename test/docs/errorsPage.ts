import { answerTable, errorKinds, type KindFacts } from "@fedjoin/provider";

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

/** `docs/errors.md`: every kind with its meaning, whether it is retried, and what to do. */
export function errorsPage(): string {
  const sections = Object.entries(errorKinds).map(
    ([kind, { meaning, reaction, hint }]: [string, KindFacts]) =>
      `## ${kind}\n\n${meaning}\n\n${answersOf(kind)}- Tried again: ${reactions[reaction]}\n- What to do: ${hint}\n`,
  );
  return [
    "# Errors",
    "",
    "Every error message ends with a link to its kind on this page. Answers are written as HTTP status and the controller's code; of several that fit the first counts. This page is made from the table that decides the reaction (`npm run docs`).",
    "",
    sections.join("\n"),
  ].join("\n");
}
