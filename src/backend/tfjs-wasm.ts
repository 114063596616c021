/** Where tfjs finds its own `.wasm` files: it guesses wrong in Node ESM and in bundles. */
import { isNode } from '../simd/platform.js';
import { servedWasm } from '../simd/served-wasm.js';

/** What `setWasmPaths` of tfjs takes: a folder, or an address for each of its files. */
export interface WasmPlace {
  readonly paths: string | Readonly<Record<string, string>>;
  /** To be called once tfjs has read them. */
  release(): void;
}

/**
 * The folder `given`, else the installed package in Node and the file beside the bundle in a browser.
 *
 * @throws EngineError with the address where a browser is given no such file.
 */
export async function wasmPlace(given?: string): Promise<WasmPlace> {
  if (given === undefined && !isNode) return servedPlace();
  return { paths: given ?? (await wasmFolder()), release: () => {} };
}

/** The folder of the installed `@tensorflow/tfjs-backend-wasm`, with a separator at its end. Node only. */
export async function wasmFolder(): Promise<string> {
  const [{ createRequire }, { dirname, sep }] = await Promise.all([
    import('node:module'),
    import('node:path'),
  ]);
  return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep;
}

/** tfjs asks for one of them, never for threads of its own; there is SIMD, for the engine needs it. */
const NAMES = [
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
];

/** Fetched here, for tfjs does not say what is wrong with an address. */
async function servedPlace(): Promise<WasmPlace> {
  const url = new URL('./wasm/tfjs-backend-wasm-simd.wasm', import.meta.url);
  const bytes = await servedWasm(url, 'the WebAssembly of tfjs (or the option wasmPaths)');
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/wasm' }));
  return {
    paths: Object.fromEntries(NAMES.map((name) => [name, address])),
    release: () => URL.revokeObjectURL(address),
  };
}
