/** The tiny checkpoint of the parity set with a tokenizer of its own: random weights, the whole path. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { trainBpe } from '../../src/text/train-bpe.js';
import { writeModel } from '../../src/text/write-model.js';

const CHECKPOINT = fileURLToPath(new URL('../fixtures/reference/tiny-14b/checkpoint', import.meta.url));
const TEXTS = [
  'summarize: a photo of a dog, a cat, a banana',
  'a red apple and the blue car in a video game',
];

/** A new folder of the system's temporary one; call `remove` when done. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'internvl-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Puts the model into `folder`, which must not exist yet. */
export function writeTinyModel(folder: string): string {
  cpSync(CHECKPOINT, folder, { recursive: true });
  writeFileSync(join(folder, 'tokenizer.model'), writeModel(trainBpe(TEXTS, { vocabSize: 320 })));
  return folder;
}
