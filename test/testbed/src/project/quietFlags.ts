/** Options of a deployment without questions, in plain lines. */
export const quietFlags = ["--yes", "--skip-preview", "--color", "never", "--non-interactive"];
