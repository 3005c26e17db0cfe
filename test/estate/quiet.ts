/** Options of a deployment that asks nobody and writes plain lines. */
export const quiet = ["--yes", "--skip-preview", "--color", "never", "--non-interactive"];
