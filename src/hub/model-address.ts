/** Models by address: a folder on a server, or a repository of Hugging Face. Runs in browsers, too. */

export const HUGGING_FACE = 'https://huggingface.co';

export type ModelAddress =
  | { readonly kind: 'repo'; readonly repo: string; readonly revision?: string }
  | { readonly kind: 'url'; readonly url: string };

/**
 * The web address of a repository (`https://huggingface.co/org/repo`, `…/tree/v1`) is that repository; any other is a
 * folder.
 *
 * @throws Error when the text is no address.
 */
export function parseAddress(source: string, endpoint: string): ModelAddress {
  const url = parseUrl(source);
  url.hash = '';
  const href = url.href.replace(/\/+$/, '');
  if (!href.startsWith(`${endpoint}/`)) return { kind: 'url', url: href };
  const path = href.slice(endpoint.length + 1);
  const [, repo, revision] = path.match(/^([^/]+\/[^/?]+)(?:\/(?:tree|resolve)\/([^?]+))?$/) ?? [];
  if (repo === undefined || !isRepo(repo)) return { kind: 'url', url: href };
  return { kind: 'repo', repo, ...(revision !== undefined && { revision: decodeURIComponent(revision) }) };
}

function parseUrl(source: string): URL {
  try {
    return new URL(source);
  } catch {
    throw new Error(`${source}: expected an address such as https://host/folder`);
  }
}

/** Whether the text has the form `org/repo`. */
export function isRepo(text: string): boolean {
  return /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(text) && !/\.\.|--/.test(text);
}
