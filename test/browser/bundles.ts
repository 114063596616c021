/** Scripts for the browser: the test's own, and the packages of tfjs as modules, which they are not as published. */
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const names = ['tfjs-core', 'tfjs-backend-wasm', 'tfjs-backend-webgpu', 'tfjs-backend-cpu'];
const packages = names.map((name) => `@tensorflow/${name}`);

/** What is under test is served as it was built, not bundled. */
const asBuilt: Plugin = {
  name: 'as-built',
  setup({ onResolve }) {
    onResolve({ filter: /\/src\// }, ({ path }) => ({
      path: path.replace(/^.*\/src\//, '/dist/'),
      external: true,
    }));
    onResolve({ filter: /^@tensorflow\// }, ({ path }) => ({
      path: path.replace('@tensorflow', '/packages').concat('.js'),
      external: true,
    }));
  },
};

let made: Promise<Map<string, Uint8Array>> | undefined;

/** By the path where they are served: `/scripts/…` and `/packages/…`. Made once. */
export function bundles(): Promise<Map<string, Uint8Array>> {
  made ??= make();
  return made;
}

async function make(): Promise<Map<string, Uint8Array>> {
  const shared: BuildOptions & { write: false } = {
    absWorkingDir: here,
    bundle: true,
    format: 'esm',
    splitting: true, // one instance of tfjs-core
    write: false,
    logLevel: 'error',
  };
  const named = packages.map((name) => [name.replace('@tensorflow/', ''), name]);
  const results = await Promise.all([
    build({ ...shared, entryPoints: Object.fromEntries(named), outdir: '/packages' }),
    build({ ...shared, entryPoints: ['page.ts', 'page.worker.ts'], outdir: '/scripts', plugins: [asBuilt] }),
  ]);
  const files = results.flatMap(({ outputFiles }) => outputFiles);
  return new Map(files.map(({ path, contents }) => [path, contents]));
}
