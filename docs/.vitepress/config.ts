/** The site: the repository's Markdown as pages, and its sources beside them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';

import { formulas } from './formulas.js';
import { githubAnchor } from './github-anchor.js';
import { headersFile, sendHeaders } from './headers.js';
import { siteLinks } from './links.js';
import { readingOrder } from './reading-order.js';
import { excluded, pagePath } from './repository.js';
import { serveSources, writeSources } from './source-site.js';

const icon =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#3451b2" d="M1 1h6v6H1zM9 9h6v6H9z"/>' +
      '<path fill="#7a93e0" d="M9 1h6v6H9zM1 9h6v6H1z"/></svg>',
  );

export default defineConfig({
  srcDir: '..',
  srcExclude: excluded,
  rewrites: pagePath,
  lang: 'en-GB',
  title: 'internvl',
  description: 'InternVL 1.0 in TypeScript: a readable, exact reference',
  head: [['link', { rel: 'icon', href: icon }]],
  router: { prefetchLinks: false }, // it does not know links in figures
  ignoreDeadLinks: [/^\.?\/?(\.\.\/)*source\//], // pages of their own; a missing source ends the build in siteLinks
  markdown: {
    attrs: { disable: true }, // `{…}` is text
    anchor: { slugify: githubAnchor },
    config: (markdown) => {
      markdown.use(formulas).use(siteLinks);
    },
  },
  themeConfig: {
    nav: [
      { text: 'Pages', link: '/pages' },
      { text: 'Architecture', link: '/architecture' },
    ],
    sidebar: [{ text: 'internvl', link: '/' }, ...readingOrder()],
    outline: [2, 3],
    externalLinkIcon: false,
    search: { provider: 'local' },
  },
  vite: {
    server: { watch: { ignored: ['**/.cache/**', '**/runs/**', '**/dist/**', '**/weights/**'] } },
    plugins: [
      { name: 'headers', configureServer: sendHeaders },
      { name: 'sources', configureServer: serveSources },
    ],
  },
  buildEnd: ({ outDir }) => {
    writeSources(outDir);
    writeFileSync(join(outDir, '_headers'), headersFile());
  },
});
