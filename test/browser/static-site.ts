/** A web server for files: it answers ranges, and remembers what it was asked for. */
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

export interface ServingOptions {
  /** With the headers that a page needs to share memory with its workers. */
  readonly isIsolated?: boolean;
  /** Whether it answers ranges, as it does when left out. */
  readonly hasRanges?: boolean;
}

export interface StaticOptions extends ServingOptions {
  /** Folders by the path under which they are served, which begins and ends with `/`. */
  readonly folders: Readonly<Record<string, string>>;
  /** Texts by their path. */
  readonly texts?: Readonly<Record<string, string>>;
}

export interface StaticSite {
  readonly address: string;
  /** `path` or `path range` of each request. */
  readonly requests: string[];
  close(): Promise<void>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '': 'text/html',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
};

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Serves folders and texts on a free port until closed. */
export const serveStatic = (options: StaticOptions): Promise<StaticSite> =>
  serveContent((path) => contentOf(path, options), options);

/** Serves on a free port until closed what `read` gives for a path: undefined where nothing is. */
export async function serveContent(
  read: (path: string) => Uint8Array | undefined,
  options: ServingOptions,
): Promise<StaticSite> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    requests.push([path, request.headers.range].filter(Boolean).join(' '));
    answer(request, response, read(path), path, options);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { address: `http://127.0.0.1:${port}`, requests, close };
}

function contentOf(path: string, { folders, texts = {} }: StaticOptions): Uint8Array | undefined {
  const text = texts[path];
  if (text !== undefined) return Buffer.from(text);
  for (const [prefix, folder] of Object.entries(folders)) {
    const file = join(folder, normalize(path.slice(prefix.length)));
    const isFile = path.startsWith(prefix) && statSync(file, { throwIfNoEntry: false })?.isFile();
    if (isFile) return readFileSync(file);
  }
  return undefined;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array | undefined,
  path: string,
  { isIsolated = false, hasRanges = true }: ServingOptions,
): void {
  const headers = {
    'Content-Type': MEDIA_TYPES[extname(path)] ?? 'application/octet-stream',
    ...(isIsolated && ISOLATION),
  };
  if (content === undefined) return void response.writeHead(404, headers).end();
  const [, first, last] = (hasRanges && request.headers.range?.match(/^bytes=(\d+)-(\d+)$/)) || [];
  if (first === undefined) return void response.writeHead(200, headers).end(content);
  const part = content.subarray(Number(first), Math.min(Number(last) + 1, content.length));
  const range = `bytes ${first}-${Number(first) + part.length - 1}/${content.length}`;
  response.writeHead(206, { ...headers, 'Content-Range': range }).end(part);
}
