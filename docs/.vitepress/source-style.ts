/** How the pages of sources look, and their one script. */

/** Light or dark, as the site was left. */
export const script = `const left = localStorage.getItem('vitepress-theme-appearance') ?? 'auto';
const isDark = left === 'dark' || (left === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.classList.toggle('dark', isDark);
`;

export const style = `html { color-scheme: light; --ground: #fff; --ink: #24292f; --link: #3451b2; --faint: #57606a;
  --keyword: #a0303f; --string: #0a3069; --number: #0550ae; --type: #6639ba; }
html.dark { color-scheme: dark; --ground: #1b1b1f; --ink: #dfdfd6; --link: #a8b1ff; --faint: #98989f;
  --keyword: #f9979f; --string: #a5d6ff; --number: #79c0ff; --type: #d2a8ff; }
html { background: var(--ground); color: var(--ink); font: 15px/1.6 system-ui, sans-serif; }
body { margin: 0; }
nav { position: sticky; top: 0; padding: 0.6rem 1rem; border-bottom: 1px solid #8884; background: var(--ground); }
nav > b + a { margin-left: 1.5rem; }
a { color: var(--link); text-underline-offset: 3px; }
main { padding: 0 1rem 2rem; overflow-x: auto; }
table { margin-top: 1rem; border-spacing: 0; }
td { padding: 0.15rem 1.5rem 0.15rem 0; vertical-align: top; }
pre { font: 13px/1.6 ui-monospace, Menlo, Consolas, monospace; }
.line { counter-increment: line; scroll-margin-top: 4rem; }
.line::before { content: counter(line); display: inline-block; width: 2.2rem; margin-right: 1rem; text-align: right;
  color: var(--faint); }
.line:target { background: #d4a72c44; }
.line a { color: inherit; text-decoration-color: #8886; }
.comment { color: var(--faint); }
.keyword { color: var(--keyword); }
.string { color: var(--string); }
.number { color: var(--number); }
.type { color: var(--type); }
`;
