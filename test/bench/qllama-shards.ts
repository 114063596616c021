/** QLLaMA-8B's layers and language head on disk, as bf16 and quantised to int8. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { convertCheckpoint } from '../../src/checkpoint/convert.js';
import { internVL14B } from '../../src/contrastive/config.js';
import { synthesizeModel } from '../../src/synthesize-model.js';

/** Layers on disk: 3.7 GB as bf16, read in turn for all 32, so that they come from the page cache. */
export const LAYERS_ON_DISK = 8;

export type StoredKind = 'bf16' | 'int8';

const written = new Map<string, Promise<void>>();

/** The folder of one kind below `folder`. */
export const folderOf = (folder: string, kind: StoredKind): string => join(folder, kind);

/** Writes both into the new folder, once a process. It is removed when the process ends. */
export function writeQLlama(folder: string, progress: (text: string) => void): Promise<void> {
  const known = written.get(folder);
  if (known) return known;
  mkdirSync(folder, { recursive: true });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const writing = write(folder, progress);
  written.set(folder, writing);
  return writing;
}

async function write(folder: string, progress: (text: string) => void): Promise<void> {
  const config = {
    ...internVL14B,
    vision: { ...internVL14B.vision, numLayers: 1 },
    qllama: { ...internVL14B.qllama, numLayers: LAYERS_ON_DISK },
  };
  progress('writing QLLaMA-8B, bf16');
  await synthesizeModel(folderOf(folder, 'bf16'), config, { seed: 1 });
  progress('writing QLLaMA-8B, int8');
  await convertCheckpoint(folderOf(folder, 'bf16'), folderOf(folder, 'int8'), { quantize: 'int8' });
}
