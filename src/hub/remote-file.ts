/**
 * What a server says about a file before it is fetched: whether it is there, its size, and the name of its
 * content.
 */
import { createHash } from 'node:crypto';

import type { HubSettings } from './hub-options.js';
import type { Remote } from './remote.js';
import { describe, send } from './request.js';

export interface RemoteFile {
  readonly file: string;
  readonly address: string;
  /** undefined where the server does not say. */
  readonly size: number | undefined;
  /** Name of the content in the cache: the ETag, where it is a hash. */
  readonly blob: string;
  readonly sha256: string | undefined;
  readonly commit: string;
}

/**
 * undefined when the model has no such file.
 *
 * @throws Error with the address and the remedy when the model itself cannot be had.
 */
export async function statRemote(
  remote: Remote,
  file: string,
  settings: HubSettings,
  commit?: string,
): Promise<RemoteFile | undefined> {
  const address = remote.address(file, commit);
  const response = await head(remote, address, settings);
  await response.body?.cancel();
  if (isAbsent(response)) return undefined;
  if (response.status >= 400) throw new Error(`${address}: ${describe(response)}${remedy(remote, response)}`);
  if (isPage(response)) {
    // A site that answers every address with its start page has no such file, if it had another before.
    if (commit !== undefined) return undefined;
    throw new Error(`${address}: ${pageMessage}`);
  }
  const etag = (response.headers.get('x-linked-etag') ?? response.headers.get('etag') ?? '').replace(
    /^W\/|"/g,
    '',
  );
  const size = sizeOf(response);
  const isHash = /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(etag);
  const version = `${address} ${etag || response.headers.get('last-modified')} ${size}`;
  const found = commit ?? commitOf(remote, response, address);
  return {
    file,
    address: remote.address(file, found), // a branch may move while its files are fetched
    size,
    blob: isHash ? etag : createHash('sha256').update(version).digest('hex'),
    sha256: etag.length === 64 && isHash ? etag : undefined,
    commit: found,
  };
}

/**
 * HEAD, or GET where a server does not know HEAD. The Hub answers for large files by a redirect with their
 * data.
 */
async function head(remote: Remote, url: string, settings: HubSettings): Promise<Response> {
  const isAnswer = (response: Response) => response.headers.has('x-linked-etag');
  const response = await send({ url, method: 'HEAD', token: remote.token, isAnswer }, settings);
  if (response.status !== 405 && response.status !== 501) return response;
  return send({ url, method: 'GET', token: remote.token, isAnswer }, settings);
}

function isAbsent(response: Response): boolean {
  const code = response.headers.get('x-error-code');
  return code === 'EntryNotFound' || (code === null && (response.status === 404 || response.status === 410));
}

function remedy(remote: Remote, response: Response): string {
  const code = response.headers.get('x-error-code');
  if (code === 'RevisionNotFound') return `; check the revision ${JSON.stringify(remote.revision)}`;
  if (code === 'GatedRepo') return `; accept the conditions on the page of ${remote.name} and set HF_TOKEN`;
  if (remote.kind === 'url') return '; check the address';
  return `; no such folder is here either: check the name ${remote.name}, or set HF_TOKEN if it is private`;
}

export const pageMessage =
  'expected a file, got a web page; give the address of the folder that holds the files';

/** A page where a file should be: a login, a proxy, or the wrong address. */
export function isPage(response: Response): boolean {
  return /^text\/html\b/i.test(response.headers.get('content-type') ?? '');
}

function sizeOf(response: Response): number | undefined {
  if (response.headers.has('content-encoding')) return undefined; // the length is that of the packed file
  const text = response.headers.get('x-linked-size') ?? response.headers.get('content-length');
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

function commitOf(remote: Remote, response: Response, address: string): string {
  if (remote.kind === 'url') return remote.revision;
  const commit = response.headers.get('x-repo-commit') ?? '';
  if (/^[0-9a-f]{40}$/.test(commit)) return commit;
  throw new Error(
    `${address}: expected the header x-repo-commit of a Hugging Face server; check HF_ENDPOINT`,
  );
}
