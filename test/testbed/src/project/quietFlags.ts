/** Options of a deployment that asks nobody and writes plain lines. */
export const quietFlags = ["--yes", "--skip-preview", "--color", "never", "--non-interactive"];
