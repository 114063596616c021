/**
 * The links of the repository's Markdown, which GitHub follows through the folders, made links of the site: pages to
 * pages, sources to the pages that show them. A picture with links inside becomes part of its page.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

import { addressOf, originOf, pagePath, root } from './repository.js';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

/** For `markdown.config` of VitePress. A link to nothing ends the build. */
export function siteLinks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('site-links', ({ tokens, env }) => {
    const file = relative(root, env.realPath ?? env.path); // the index of the search has one path only
    for (const { children } of tokens) for (const token of children ?? []) onSite(token, file);
  });
}

function onSite(token: Token, file: string): void {
  if (token.type === 'link_open') {
    const href = token.attrGet('href') ?? '';
    if (/^([a-z]+:|#)/.test(href)) return;
    if (href.includes('/node_modules/')) {
      token.attrs = null; // what packages declare is not shown
      return;
    }
    const target = siteLink(href, file);
    token.attrSet('href', target);
    if (/(^|\/)source\//.test(target)) token.attrSet('target', '_self'); // no page of VitePress: left to the browser
  } else if (token.type === 'image' && token.attrGet('src')?.endsWith('.svg')) {
    const path = posix.join(posix.dirname(originOf(file)), token.attrGet('src') ?? '');
    const figure = readFileSync(join(root, path), 'utf8');
    if (/<a\b/.test(figure))
      Object.assign(token, { type: 'html_inline', content: inlined(figure, path, file) });
  } else if (token.type === 'html_inline') {
    token.content = token.content.replace(/(<img [^>]*src=")(?![./]|https:)/, '$1./');
  }
}

/**
 * A link of a Markdown file, as the page of the file has it: from the top of the site to pages, relative to sources.
 * One that begins with `/` starts at the root of the repository.
 */
export function siteLink(href: string, file: string): string {
  const [target = '', anchor] = href.split('#');
  const folder = target.startsWith('/') ? '.' : posix.dirname(originOf(file));
  const path = posix.join(folder, decodeURIComponent(target)).replace(/\/$/, '');
  if (!existsSync(join(root, path)) && !path.endsWith('.md'))
    throw new Error(`${file}: ${href} leads to nothing`);
  const address = addressOf(path);
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (address.endsWith('.md')) return `/${address}${hash}`;
  return `${posix.relative(posix.dirname(pagePath(file)), address)}${hash}`;
}

/** A figure as part of a page: the links those of the site, the colours those of the theme. */
function inlined(figure: string, path: string, file: string): string {
  const links = figure.replaceAll(/<a href="([^"#]+)"/g, (_, href: string) => {
    const link = siteLink(`/${posix.join(posix.dirname(path), href)}`, file);
    return link.endsWith('.md')
      ? `<a href="${link.replace(/\.md$/, '.html')}"`
      : `<a href="${link}" target="_self"`;
  });
  return `<span class="figure">${links.replaceAll(/<\?xml.*?\?>|<style>.*?<\/style>|\n\s*/gs, ' ')}</span>`;
}
