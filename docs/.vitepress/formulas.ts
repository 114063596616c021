/** Formulas in LaTeX between `$` or `$$`, as notebooks have them, become MathML, which browsers draw by themselves. */
import temml from 'temml';
import type { MarkdownRenderer } from 'vitepress';

/** For `markdown.config` of VitePress. LaTeX that is wrong ends the build. */
export function formulas(markdown: MarkdownRenderer): void {
  markdown.inline.ruler.before('escape', 'formula', (state, silent) => {
    const [whole = '', mark = '', latex = ''] = formulaAt(state.src.slice(state.pos)) ?? [];
    if (whole === '') return false;
    if (!silent) state.push('html_inline', '', 0).content = mathMl(latex, mark === '$$');
    state.pos += whole.length;
    return true;
  });
}

/** What a formula begins with, if one begins here: the text with its marks, a mark, the LaTeX between. */
function formulaAt(text: string): RegExpExecArray | null {
  return /^(\$\$?)(?![\s$])([^$]*[^\s$\\])\1(?![\d$])/.exec(text);
}

function mathMl(latex: string, isDisplay: boolean): string {
  const math = temml.renderToString(latex, { displayMode: isDisplay, throwOnError: true });
  return isDisplay ? `<span class="formula">${math}</span>` : math;
}
