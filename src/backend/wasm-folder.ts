/**
 * Finds the `.wasm` files of the installed `@tensorflow/tfjs-backend-wasm`: tfjs itself guesses wrong in Node
 * ESM. A browser has nowhere to look.
 */

/** The folder, with a separator at its end. @throws Error in a browser, where `wasmPaths` says it. */
export async function wasmFolder(): Promise<string> {
  if (typeof process === 'undefined' || process.versions?.node === undefined) {
    throw new Error('wasmPaths: expected the address of the folder with the .wasm files of tfjs, got none');
  }
  const [{ createRequire }, { dirname, sep }] = await Promise.all([
    import('node:module'),
    import('node:path'),
  ]);
  return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep;
}
