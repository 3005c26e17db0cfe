import { releaseNotes } from "./changelog";
import { findReferences } from "./references";

/** A file of the repository, by its path there. */
export type Files = ReadonlyMap<string, string>;

export interface Release {
  /** Such as `v0.1.0`. */
  readonly tag: string;
  /** The version of each manifest, by its path. */
  readonly versions: ReadonlyMap<string, string>;
  readonly changelog: string;
  /** The workflows and Dockerfiles. */
  readonly builds: Files;
}

/** Everything that forbids a release, a line each. */
export function releaseProblems({ tag, versions, changelog, builds }: Release): string[] {
  const version = tag.replace(/^v/, "");
  const other = [...versions].filter(([, each]) => each !== version);
  return [
    ...(/^v\d+\.\d+\.\d+(-[\w.]+)?$/.test(tag) ? [] : [`the tag ${tag} is not v and a version`]),
    ...other.map(([file, each]) => `${file}: version ${each} is not that of the tag ${tag}`),
    ...notesProblem(changelog, version),
    ...unpinned(builds),
  ];
}

/** What the builds take from elsewhere by a version that can be moved, a line each. */
export function unpinned(builds: Files): string[] {
  return [...builds].flatMap(([file, text]) =>
    findReferences(text)
      .filter(({ content }) => content === undefined)
      .map(({ text: written }) => `${file}: ${written} is not pinned`),
  );
}

function notesProblem(changelog: string, version: string): string[] {
  try {
    releaseNotes(changelog, version);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
