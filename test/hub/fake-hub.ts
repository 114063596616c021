/**
 * A server on this machine that answers as the Hugging Face Hub does: `resolve` addresses with commit, ETag and
 * size; large files by a redirect to another host (here: another port), which sends ranges.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRepo {
  readonly commit: string;
  readonly files: Readonly<Record<string, Buffer>>;
  readonly needsToken?: string;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly host: 'hub' | 'cdn';
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** Looks at a request before the usual answer is given, and gives another one when it returns true. */
export type Trouble = (asked: Asked, response: ServerResponse, body: Buffer | undefined) => boolean;

export interface FakeHub {
  readonly endpoint: string;
  readonly asked: Asked[];
  /** Repositories by name. */
  readonly repos: Map<string, FakeRepo>;
  trouble: Trouble;
  close(): Promise<void>;
}

export const hexOf = (algorithm: 'sha1' | 'sha256', data: Buffer): string =>
  createHash(algorithm).update(data).digest('hex');

/** Files of this name are large ones: they lie on the other host. */
const isLarge = (file: string): boolean => file.endsWith('.safetensors') || file.endsWith('.bin');

export async function startFakeHub(): Promise<FakeHub> {
  const asked: Asked[] = [];
  const repos = new Map<string, FakeRepo>();
  const blobs = new Map<string, Buffer>();
  const servers: Server[] = [];
  const hub = { endpoint: '', asked, repos, trouble: () => false } as Omit<FakeHub, 'close'> & {
    endpoint: string;
  };
  let cdn = '';

  const answer = (host: Asked['host']) => (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request;
    const path = decodeURIComponent(url);
    const entry = { method, path, host, range: headers.range, authorization: headers.authorization };
    asked.push(entry);
    if (host === 'cdn') {
      const body = blobs.get(path.slice(1));
      if (!hub.trouble(entry, response, body)) sendRange(entry, response, body);
    } else if (!hub.trouble(entry, response, undefined)) {
      resolveFile(entry, response, repos, (data) => {
        const sha256 = hexOf('sha256', data);
        blobs.set(sha256, data);
        return { sha256, location: `${cdn}/${sha256}` };
      });
    }
  };
  cdn = await listen(servers, answer('cdn'));
  hub.endpoint = await listen(servers, answer('hub'));
  const close = async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  };
  return Object.assign(hub, { close });
}

/** Starts a server for the length of a test file; returns its address. */
export async function listen(
  servers: Server[],
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function resolveFile(
  { method, path, authorization }: Asked,
  response: ServerResponse,
  repos: ReadonlyMap<string, FakeRepo>,
  store: (data: Buffer) => { sha256: string; location: string },
): void {
  const [, name = '', revision = '', file = ''] =
    path.match(/^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/) ?? [];
  const repo = repos.get(name);
  if (repo === undefined || (repo.needsToken && authorization !== `Bearer ${repo.needsToken}`)) {
    return void response.writeHead(401, { 'x-error-code': 'RepoNotFound' }).end();
  }
  if (revision !== 'main' && revision !== repo.commit) {
    return void response.writeHead(404, { 'x-error-code': 'RevisionNotFound' }).end();
  }
  const data = repo.files[file];
  const commit = { 'x-repo-commit': repo.commit };
  if (data === undefined) {
    return void response.writeHead(404, { ...commit, 'x-error-code': 'EntryNotFound' }).end();
  }
  if (isLarge(file)) {
    const { sha256, location } = store(data);
    const linked = { 'x-linked-etag': `"${sha256}"`, 'x-linked-size': data.length, location };
    return void response.writeHead(302, { ...commit, ...linked }).end();
  }
  response.writeHead(200, { ...commit, etag: `"${hexOf('sha1', data)}"`, 'content-length': data.length });
  response.end(method === 'HEAD' ? undefined : data);
}

/** All of a file, or the rest of it from the byte that is asked for. */
function sendRange({ range, method }: Asked, response: ServerResponse, body: Buffer | undefined): void {
  if (body === undefined) return void response.writeHead(404).end();
  const from = Number(range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
  if (from > 0 && from >= body.length) {
    return void response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
  }
  const part = body.subarray(from);
  const partial = { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` };
  response.writeHead(from > 0 ? 206 : 200, { ...(from > 0 && partial), 'content-length': part.length });
  response.end(method === 'HEAD' ? undefined : part);
}
