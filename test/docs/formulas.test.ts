import { createMarkdownRenderer } from 'vitepress';
import { expect, test } from 'vitest';

import { formulas } from '../../docs/.vitepress/formulas.js';
import { root } from '../architecture/source-files.js';

const markdown = await createMarkdownRenderer(root, { config: formulas });

test('a formula becomes MathML, in its line or in one of its own', () => {
  const html = markdown.renderInline('so that $a_i \\le \\sqrt{b}$ holds. $$\\frac{1}{2}$$');
  expect(html).toMatch(
    /^so that <math>.*<msqrt>.*<\/math> holds\. <span class="formula"><math display="block"/,
  );
  expect(html).toContain('<mfrac>');
  expect(html).not.toContain('$');
});

test.each(['it costs $5 and $6', '$ a $', '`$a$`', 'a$', '\\$a$', '$$'])('%s is no formula', (text) => {
  expect(markdown.renderInline(text)).not.toContain('<math');
});

test('LaTeX that is wrong is an error, not a red word', () => {
  expect(() => markdown.renderInline('$\\nosuchcommand{1}$')).toThrow();
});
