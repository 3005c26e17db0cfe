// @ts-check

/**
 * Mutants that no test can kill, by the line in which they change the original text, without its indentation.
 * @type {readonly { file: string, line: string, original: string, replacement: string, reason: string }[]}
 */
export const survivors = [
  {
    file: "provider/src/federation/retry.ts",
    line: "if (deadlineMs !== undefined && clock.now() + delaySeconds * 1000 >= deadlineMs) throw error;",
    original: "deadlineMs !== undefined",
    replacement: "true",
    reason: "No time is later than an undefined one.",
  },
  {
    file: "provider/src/neuvector/rest/classify.ts",
    line: 'return status >= 300 && status < 400 ? "redirected" : "unexpected_status";',
    original: "status < 400",
    replacement: "status <= 400",
    reason: "The table has every answer of status 400.",
  },
  {
    file: "provider/src/federation/joinObstacles.ts",
    line: 'if (beside.length === 0 || sessions.master === undefined || run.request.ifAbsent === "fail") return;',
    original: "sessions.master === undefined",
    replacement: "false",
    reason: "Only a look at the master shows entries beside a membership.",
  },
  {
    file: "provider/src/federation/joinObstacles.ts",
    line: 'return found.state === "left" ? found.members : [];',
    original: "[]",
    replacement: '["Stryker was here"]',
    reason: "Entries are compared by their id, which a text lacks.",
  },
];
