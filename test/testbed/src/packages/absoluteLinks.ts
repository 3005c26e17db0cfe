/** Makes the relative links of a Markdown text absolute, so that they work where the files beside it are not. */
export function absoluteLinks(markdown: string, base: string): string {
  return markdown.replaceAll(/(\]\()([^)\s]+)(\))/g, (link, open: string, target: string, close: string) =>
    /^(#|[a-z]+:)/.test(target) ? link : `${open}${new URL(target, `${base}/`).href}${close}`,
  );
}
