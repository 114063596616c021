// Bundles dist/index.js for browsers: dist/browser/internvl.js with all that it needs at run time beside it, a script
// for threads and the WebAssembly modules. `--sizes` prints what a page loads until its first answer, by gzip.
import { cpSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const out = 'dist/browser';
const tfjs = dirname(
  createRequire(join(process.cwd(), 'package.json')).resolve('@tensorflow/tfjs-backend-wasm'),
);

/** What only Node asks for is left empty: a static import of it, which a page would run, fails this build. */
const withoutNode = {
  name: 'without-node',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:|\/node-[a-z]+\.js$|^webgpu$/ }, ({ path }) => ({ path, namespace: 'node' }));
    onLoad({ filter: /.*/, namespace: 'node' }, () => ({ contents: 'export {};' }));
  },
};

await build({
  entryPoints: ['dist/index.js', 'dist/simd/thread.browser.mjs'],
  entryNames: '[name]',
  outdir: out,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  legalComments: 'eof',
  define: { process: 'undefined' },
  plugins: [withoutNode],
  logLevel: 'warning',
});
renameSync(`${out}/index.js`, `${out}/internvl.js`);
renameSync(`${out}/thread.browser.js`, `${out}/thread.browser.mjs`); // as the engine asks for it
cpSync('dist/simd/wasm', `${out}/wasm`, { recursive: true });
cpSync(join(tfjs, 'tfjs-backend-wasm-simd.wasm'), `${out}/wasm/tfjs-backend-wasm-simd.wasm`);

if (process.argv.includes('--sizes')) {
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(m?js|wasm)$/.test(name),
  );
  for (const name of files.sort()) {
    const bytes = readFileSync(join(out, name));
    console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} by gzip`);
  }
}
