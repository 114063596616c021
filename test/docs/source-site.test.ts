import { describe, expect, test } from 'vitest';

import { declarationsOf, highlighted } from '../../docs/.vitepress/highlight.js';
import { siteLink } from '../../docs/.vitepress/links.js';
import { addressOf, pagePath } from '../../docs/.vitepress/repository.js';
import { purpose } from '../../docs/.vitepress/source-page.js';
import { shownPaths } from '../../docs/.vitepress/source-site.js';
import { parseSource } from '../architecture/source-files.js';

describe('links of Markdown on the site', () => {
  test.each([
    ['docs/vision.md', 'nn.md#lent-weights', '/nn.md#lent-weights'],
    ['docs/vision.md', '../src/vision/block.ts', 'source/src/vision/block.ts.html'],
    ['docs/README.md', '../src/nn', 'source/src/nn/index.html'],
    ['docs/notebooks.md', '../notebooks/02-one-block.ipynb', '/notebooks/02-one-block.md'],
    ['docs/notebooks/02-one-block.md', '../src/nn/tensor.ts', '../source/src/nn/tensor.ts.html'],
    ['docs/weights.md', '../weights/internvl-nano/README.md', '/weights/internvl-nano/index.md'],
    ['docs/pictures/README.md', 'dog.png', '../source/docs/pictures/dog.png'],
    ['docs/api/classes/X.md', '/src/internvl.ts#L2', '../../source/src/internvl.ts.html#L2'],
    ['README.md', 'docs/README.md', '/pages.md'],
  ])('%s: %s', (file, href, link) => expect(siteLink(href, file)).toBe(link));

  test('one to nothing ends the build', () => {
    expect(() => siteLink('../src/nowhere.ts', 'docs/nn.md')).toThrow(
      'docs/nn.md: ../src/nowhere.ts leads to nothing',
    );
    expect(() => addressOf('src/nowhere.ts')).toThrow(
      'expected a file or folder of the repository, got none',
    );
  });

  test('README files are the first pages of their folders', () => {
    expect(['README.md', 'docs/README.md', 'weights/a/README.md'].map(pagePath)).toEqual([
      'index.md',
      'pages.md',
      'weights/a/index.md',
    ]);
  });
});

describe('a source as HTML', () => {
  const html = (text: string) =>
    highlighted(parseSource('a.ts', text).tree, (name, specifier) => `${specifier ?? ''}#${name ?? ''}`);

  test('lines have anchors, tokens their kind, also over several lines', () => {
    expect(html('/* a\n<b> */ const x = 1;')).toBe(
      '<span class="line" id="L1"><span class="comment">/* a</span></span>\n' +
        '<span class="line" id="L2"><span class="comment">&lt;b> */</span> <span class="keyword">const</span> ' +
        'x = <span class="number">1</span>;</span>',
    );
  });

  test('imported names lead to their module by the name they have there, members nowhere', () => {
    const lines = html("import { a as b } from './c.js';\nb(d.b);");
    expect(lines).toContain('<a href="./c.js#a">b</a>(<a href="#d">d</a>.b);');
    expect(lines).toContain('<a href="./c.js#">\'./c.js\'</a>');
  });

  test('declarations are found with their lines', () => {
    const text =
      'export const [q] = [1];\nexport const a = 1, b = 2;\ninterface C {}\nexport function d() {}\nclass E {}';
    expect([...declarationsOf(parseSource('a.ts', text).tree)]).toEqual([
      ['a', 2],
      ['b', 2],
      ['C', 3],
      ['d', 4],
      ['E', 5],
    ]);
  });
});

test('what is shown is written here, and not what is made', () => {
  const paths = shownPaths();
  expect(paths).toEqual(
    expect.arrayContaining(['src/nn', 'src/nn/linear.ts', 'LICENSE', 'docs/.vitepress/config.ts']),
  );
  expect(paths.filter((path) => /node_modules|\/dist\/|\/cache\/|docs\/api\/|\.wasm$/.test(path))).toEqual(
    [],
  );
});

test('a folder tells what its files are for', () => {
  expect(purpose('src/nn/mask.ts')).toMatch(/^Additive attention masks: 0 where .* where not\.$/);
  expect(purpose('package.json')).toBe('');
});
