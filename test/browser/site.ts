/** A web server with one page, the built package, and what it imports. */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

import { wasmFolder } from '../../src/backend/tfjs-wasm.js';
import { builtPackage } from '../package/built-package.js';
import { bundles } from './bundles.js';

export interface SiteOptions {
  /** With the headers that a page needs to share memory with its workers. */
  readonly isIsolated: boolean;
  /** A path that is answered with 404. */
  readonly missing?: string;
}

export interface Site {
  readonly address: string;
  close(): Promise<void>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const HTML = `<!doctype html><title>internvl</title><link rel="icon" href="data:,">
<script type="module" src="/scripts/page.js"></script>`;

/** Serves on a free port until closed. */
export async function serveSite({ isIsolated, missing }: SiteOptions): Promise<Site> {
  const read = await reader();
  const respond = (path: string, response: ServerResponse): void => {
    const body = path === missing ? undefined : read(path);
    const type = MEDIA_TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type': type,
      ...(isIsolated && ISOLATION),
    });
    response.end(body);
  };
  const server = createServer((request, response) =>
    respond(new URL(request.url ?? '/', 'http://localhost').pathname, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { address: `http://127.0.0.1:${port}`, close };
}

/** What is at a path: undefined where nothing is. */
async function reader(): Promise<(path: string) => string | Uint8Array | undefined> {
  const made = await bundles();
  const folders = { '/dist/': join(builtPackage(), 'dist'), '/tfjs/': await wasmFolder() };
  return (path) => {
    if (path === '/') return HTML;
    for (const [prefix, folder] of Object.entries(folders)) {
      if (path.startsWith(prefix)) return readServed(join(folder, path.slice(prefix.length)));
    }
    return made.get(path);
  };
}

function readServed(path: string): string | Uint8Array | undefined {
  try {
    const bytes = readFileSync(path);
    return extname(path) === '.js' ? withAddresses(bytes.toString()) : bytes;
  } catch {
    return undefined;
  }
}

/** Names of packages become addresses, as a bundler or an import map does, which workers do not have. */
const withAddresses = (script: string): string =>
  script.replaceAll(/(\bfrom |\bimport\()(['"])@tensorflow\/([a-z-]+)\2/g, '$1$2/packages/$3.js$2');
