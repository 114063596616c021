/** Where a model's files lie on a server, and where they are kept on this machine. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { checkFileName } from './file-name.js';
import type { HubSettings } from './hub-options.js';

export interface Remote {
  /** For messages and progress: `org/repo` or the address. */
  readonly name: string;
  readonly kind: 'repo' | 'url';
  /** The folder in the cache. */
  readonly folder: string;
  readonly revision: string;
  readonly token: string | undefined;
  /** The address of a file; of a commit rather than the revision once it is known. */
  address(file: string, commit?: string): string;
}

/** `org/repo`: `models--org--repo` in the cache, as the Python library calls it. */
export function repoRemote(repo: string, revision: string, settings: HubSettings): Remote {
  checkFileName(revision, `revision of ${repo}`);
  return {
    name: repo,
    kind: 'repo',
    folder: join(settings.cacheDir, `models--${repo.replace('/', '--')}`),
    revision,
    token: settings.token,
    address: (file, commit) =>
      `${settings.endpoint}/${repo}/resolve/${encodeURIComponent(commit ?? revision)}/${encodePath(file)}`,
  };
}

/**
 * Files below an address. A server has no commits: the files of one address are one snapshot, called
 * `main`.
 */
export function urlRemote(url: string, settings: HubSettings): Remote {
  const base = new URL(url);
  const key = createHash('sha256').update(url).digest('hex').slice(0, 16);
  return {
    name: url,
    kind: 'url',
    folder: join(settings.cacheDir, `urls--${base.hostname.replace(/[^\w.-]/g, '_')}--${key}`),
    revision: 'main',
    token: undefined,
    address(file) {
      const address = new URL(base);
      address.pathname = `${base.pathname.replace(/\/+$/, '')}/${encodePath(file)}`;
      return address.href;
    },
  };
}

function encodePath(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
