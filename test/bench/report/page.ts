/** The table's place in a Markdown page: between two comments, where each run replaces what the last one left. */

const BEGIN = '<!-- bench: from here to the end mark, npm run bench -- --markdown writes -->';
const END = '<!-- bench: end -->';

/** The page with `content` between its marks. @throws Error when it has no such place. */
export function pageWith(page: string, content: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`expected the lines "${BEGIN}" and "${END}" in the page`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${content.trim()}\n\n${page.slice(end)}`;
}
