/**
 * Tensors that are known only when their file has been written: scales lie before their matrix (the widest elements
 * come first in a file), but follow from it. Node only.
 */
import { open } from 'node:fs/promises';

import { fileBytes } from './file-bytes.js';
import type { TensorToWrite } from './safetensors-bytes.js';
import { readSafetensorsHeader } from './safetensors-header.js';

/** Writes the bytes of tensors over those that the safetensors file at `path` has for them, and flushes it. */
export async function rewriteTensors(path: string, tensors: readonly TensorToWrite[]): Promise<void> {
  if (tensors.length === 0) return;
  const source = await fileBytes(path);
  const header = await readSafetensorsHeader(source).finally(() => source.close());
  const starts = new Map(header.tensors.map(({ name, start }) => [name, start]));
  const file = await open(path, 'r+');
  try {
    for (const { name, pieces } of tensors) {
      let at = starts.get(name);
      if (at === undefined) throw new Error(`${path}: expected ${name}, got no such tensor`);
      for await (const piece of pieces()) {
        const { bytesWritten } = await file.write(piece, 0, piece.byteLength, at);
        if (bytesWritten !== piece.byteLength) {
          throw new Error(`${path}: expected to write ${piece.byteLength} bytes, got ${bytesWritten}`);
        }
        at += bytesWritten;
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
