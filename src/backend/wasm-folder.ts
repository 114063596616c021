/**
 * Finds the `.wasm` files of the installed `@tensorflow/tfjs-backend-wasm`: tfjs itself guesses wrong in Node
 * ESM.
 */
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';

export function wasmFolder(): string {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return dirname(entry) + sep;
}
