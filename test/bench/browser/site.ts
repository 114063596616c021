/** A web server with the page of the comparison, what it runs, and the model in GGUF. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

import { wasmFolder } from '../../../src/backend/tfjs-wasm.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const simd = fileURLToPath(new URL('../../../src/simd', import.meta.url));
const wllamaWasm = import.meta.resolve('@wllama/wllama/esm/wasm/wllama.wasm');

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

const HTML = `<!doctype html><title>decoding</title><link rel="icon" href="data:,">
<script type="module" src="/scripts/page.js"></script>`;

/** Memory is shared with threads only under these. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Serves on a free port for as long as the process lives. Resolves to the address. */
export async function serveDecoding(model: string): Promise<string> {
  const scripts = await bundles();
  const tfjs = await wasmFolder();
  const pathOf = (path: string): string | undefined => {
    if (path === '/model.gguf') return model;
    if (path === '/wllama.wasm') return fileURLToPath(wllamaWasm);
    if (path.startsWith('/tfjs/')) return join(tfjs, path.slice('/tfjs/'.length));
    return path.startsWith('/scripts/') ? join(simd, path.slice('/scripts/'.length)) : undefined;
  };
  const server = createServer(({ url = '/' }, response) => {
    const body = url === '/' ? HTML : scripts.get(url);
    const file = body === undefined ? pathOf(url) : undefined;
    const size = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
    const type = MEDIA_TYPES[extname(url)] ?? 'application/octet-stream';
    response.writeHead((body ?? size) ? 200 : 404, {
      ...ISOLATION,
      'Content-Type': type,
      ...(size !== undefined && { 'Content-Length': size }),
    });
    if (file === undefined || size === undefined) response.end(body);
    else createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return `http://127.0.0.1:${port}`;
}

/** The scripts by their paths. The kernels and their threads are found beside them, as in a package. */
async function bundles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: ['page.ts', 'ours.worker.ts'],
    outdir: '/scripts',
    bundle: true,
    format: 'esm',
    splitting: true,
    external: ['node:*'], // in the part for Node, which a browser does not load
    write: false,
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}
