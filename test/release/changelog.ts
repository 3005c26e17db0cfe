/**
 * The section of a version in the changelog, without its heading.
 * @throws Error if there is none, or if it has no date yet.
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((each) => each.startsWith(`${version} / `));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section ${version}`);
  const [heading = "", ...lines] = section.split("\n");
  if (!/ \/ \d{4}-\d{2}-\d{2}$/.test(heading)) {
    throw new Error(`CHANGELOG.md: "${heading}" has no date: replace "unreleased" by the day of the release`);
  }
  return `${lines.join("\n").trim()}\n`;
}
