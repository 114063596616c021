// Compiles src/simd/assembly into the four WebAssembly modules of src/simd/wasm, if they are out of date:
// with fused multiply-add (relaxed SIMD) or without, in memory shared by threads or private.
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import asc from 'assemblyscript/asc';

import { tiles } from '../src/simd/assembly/tiles.mjs';

const folder = 'src/simd/assembly';
const out = 'src/simd/wasm';
const builds = {
  'relaxed-shared': ['--enable', 'simd,relaxed-simd,threads', '--sharedMemory', '--maximumMemory', '65536'],
  'baseline-shared': ['--enable', 'simd,threads', '--sharedMemory', '--maximumMemory', '65536'],
  'relaxed-private': ['--enable', 'simd,relaxed-simd', '--disable', 'threads'],
  'baseline-private': ['--enable', 'simd', '--disable', 'threads'],
};
// No runtime and no data segment: the module may live on another program's heap. No checks: kernels are trusted.
const options = [
  '-O3',
  '--runtime',
  'stub',
  '--importMemory',
  '--noExportMemory',
  '--noAssert',
  '--initialMemory',
  '1',
];

const newest = Math.max(
  statSync('.ci/build-simd.mjs').mtimeMs,
  ...readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'tiles.ts')
    .map((name) => statSync(join(folder, name)).mtimeMs),
);
const isFresh = (name) =>
  existsSync(`${out}/${name}.wasm`) && statSync(`${out}/${name}.wasm`).mtimeMs > newest;

const stale = Object.keys(builds).filter((name) => !isFresh(name));
if (stale.length > 0) {
  mkdirSync(out, { recursive: true });
  writeFileSync(`${folder}/tiles.ts`, tiles());
  for (const name of stale) await compile(name);
}

/** Written beside and renamed, so that nobody reads half a module. */
async function compile(name) {
  const beside = `${out}/${name}.wasm.${process.pid}`;
  const { error, stderr } = await asc.main([`${folder}/index.ts`, ...options, ...builds[name], '-o', beside]);
  if (error) throw new Error(`${stderr.toString()}${error.message}`);
  renameSync(beside, `${out}/${name}.wasm`);
}
