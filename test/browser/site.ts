/** A web server with one page, the built package, and what it imports. */
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

import { wasmFolder } from '../../src/backend/tfjs-wasm.js';
import { builtPackage } from '../package/built-package.js';
import { bundles } from './bundles.js';
import { type StaticSite, serveContent } from './static-site.js';

export interface SiteOptions {
  /** With the headers that a page needs to share memory with its workers. */
  readonly isIsolated: boolean;
  /** A path that is answered with 404. */
  readonly missing?: string;
}

const HTML = `<!doctype html><title>internvl</title><link rel="icon" href="data:,">
<script type="module" src="/scripts/page.js"></script>`;

/** Serves on a free port until closed. */
export async function serveSite({ isIsolated, missing }: SiteOptions): Promise<StaticSite> {
  const read = await reader();
  return serveContent((path) => (path === missing ? undefined : read(path)), { isIsolated });
}

/** What is at a path: undefined where nothing is. */
async function reader(): Promise<(path: string) => Uint8Array | undefined> {
  const made = await bundles();
  const folders = { '/dist/': join(builtPackage(), 'dist'), '/tfjs/': await wasmFolder() };
  return (path) => {
    if (path === '/') return Buffer.from(HTML);
    for (const [prefix, folder] of Object.entries(folders)) {
      if (path.startsWith(prefix)) return readServed(join(folder, path.slice(prefix.length)));
    }
    const script = made.get(path);
    return script === undefined ? undefined : Buffer.from(script);
  };
}

function readServed(path: string): Uint8Array | undefined {
  try {
    const bytes = readFileSync(path);
    return extname(path) === '.js' ? Buffer.from(withAddresses(bytes.toString())) : bytes;
  } catch {
    return undefined;
  }
}

/** Names of packages become addresses, as a bundler or an import map does, which workers do not have. */
const withAddresses = (script: string): string =>
  script.replaceAll(/(\bfrom |\bimport\()(['"])@tensorflow\/([a-z-]+)\2/g, '$1$2/packages/$3.js$2');
