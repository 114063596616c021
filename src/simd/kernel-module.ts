/**
 * Finds and compiles the kernels: four builds of one source, for fused multiply-add (relaxed SIMD) or not, for
 * memory shared by threads or private.
 */
import { EngineError } from './engine-error.js';
import { isNode } from './platform.js';
import { servedWasm } from './served-wasm.js';

/** `relaxed` rounds a·b + c once, `baseline` twice, and so gives the same bits on every machine. */
export type Build = 'relaxed' | 'baseline';

const WASM_HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
/** Type () → v128, one function, its code. */
const functionWith = (...code: readonly number[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array([
    ...WASM_HEADER,
    ...[1, 5, 1, 96, 0, 1, 123],
    ...[3, 2, 1, 0],
    ...[10, code.length + 4, 1, code.length + 2, 0, ...code, 11],
  ]);
const ZEROS = [65, 0, 253, 15]; // i32.const 0, i8x16.splat
const SIMD_PROBE = functionWith(...ZEROS);
const RELAXED_PROBE = functionWith(...ZEROS, ...ZEROS, ...ZEROS, 253, 133, 2); // f32x4.relaxed_madd

/** Whether fused multiply-add can be used here; on Node 20 it is switched on first, for the whole process. */
export async function hasRelaxedSimd(): Promise<boolean> {
  if (WebAssembly.validate(RELAXED_PROBE)) return true;
  if (!isNode) return false;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(RELAXED_PROBE);
}

/** @throws EngineError that names the version needed, where WebAssembly has no SIMD. */
export function checkSimd(validate: (code: Uint8Array<ArrayBuffer>) => boolean = WebAssembly.validate): void {
  if (validate(SIMD_PROBE)) return;
  throw new EngineError(
    'expected WebAssembly SIMD, got a runtime without it: use Node 20.19, Chrome 91, Firefox 89 or Safari 16.4, or later',
  );
}

/** Each in an expression of its own: bundlers look for them, and ship the files. */
const FILES: Readonly<Record<`${Build}-${'shared' | 'private'}`, () => URL>> = {
  'relaxed-shared': () => new URL('./wasm/relaxed-shared.wasm', import.meta.url),
  'relaxed-private': () => new URL('./wasm/relaxed-private.wasm', import.meta.url),
  'baseline-shared': () => new URL('./wasm/baseline-shared.wasm', import.meta.url),
  'baseline-private': () => new URL('./wasm/baseline-private.wasm', import.meta.url),
};

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** The compiled kernels; each build is compiled once a process. */
export function kernelModule(build: Build, isShared: boolean): Promise<WebAssembly.Module> {
  const name = `${build}-${isShared ? 'shared' : 'private'}` as const;
  const known = compiled.get(name);
  if (known) return known;
  const module = compileKernels(FILES[name]());
  compiled.set(name, module);
  module.catch(() => compiled.delete(name));
  return module;
}

async function compileKernels(url: URL): Promise<WebAssembly.Module> {
  checkSimd();
  return WebAssembly.compile(await (isNode ? bytesOnDisk(url) : servedWasm(url, 'the compiled kernels')));
}

async function bytesOnDisk(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const { readFile } = await import('node:fs/promises');
  const bytes = await readFile(url).catch(() => {
    throw new EngineError(
      `${url.pathname}: expected the compiled kernels, got no file: npm run build:simd makes them`,
    );
  });
  return new Uint8Array(bytes);
}
