/** Of the addresses that contain `path`, the longest: `/a/b` is inside `/a`, `/ab` is not. */
export function activeHref(path: string, hrefs: readonly string[]): string | undefined {
  const containing = hrefs.filter(
    (href) => path === href || path.startsWith(href.endsWith("/") ? href : `${href}/`),
  );
  return containing.sort((a, b) => b.length - a.length)[0];
}
