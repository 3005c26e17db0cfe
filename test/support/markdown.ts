const withoutCode = (markdown: string): string => markdown.replace(/^(```|~~~).*?^\1/gms, "").replace(/`[^`\n]*`/g, "");

/** Where the links and images of a page point, as written. Code is passed over. */
export const linksOf = (markdown: string): readonly string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => target ?? []);

/** The anchors that GitHub and GitLab give to the headings of a page, in order. */
export const anchorsOf = (markdown: string): readonly string[] => {
  const seen = new Map<string, number>();
  return [...markdown.replace(/^(```|~~~).*?^\1/gms, "").matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
};

/** The code of a page, blocks and spans alike, one a line. */
export const codeOf = (markdown: string): string =>
  [...markdown.matchAll(/^(```|~~~).*?^\1/gms), ...markdown.replace(/^(```|~~~).*?^\1/gms, "").matchAll(/`[^`\n]*`/g)]
    .map(([code]) => code)
    .join("\n");
