/** The layers of `src/`: who may import whom. */
import { posix } from 'node:path';

import { importsOf, type SourceFile } from './source-files.js';

/**
 * Imports go to a smaller number only, never sideways between folders of one number. `.` stands for the files
 * that lie directly in `src/`, the user's door.
 */
export const layers: Readonly<Record<string, number>> = {
  nn: 0,
  emojiworld: 0,
  simd: 1,
  backend: 2,
  checkpoint: 3,
  image: 3,
  text: 3,
  hub: 3,
  llama: 4,
  vision: 5,
  qllama: 5,
  contrastive: 6,
  generative: 6,
  chat: 6,
  tasks: 7,
  visual: 7,
  '.': 8,
  train: 8,
  eval: 8,
  parity: 9,
  cli: 10,
  'index.ts': 11,
};

/** The one layer that only some may know: what makes the data must not become part of the model. */
const importersOfEmojiWorld = ['train', 'eval', 'cli'];

/** The imports of `file` that break the order, as sentences. */
export function layerViolations(file: SourceFile): string[] {
  const from = layerOf(file.path);
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(posix.dirname(file.path), specifier))
    .filter((target) => !mayImport(from, layerOf(target)))
    .map((target) => `${file.path} imports ${target}`);
}

/** Folder of a path below `src/`, or what stands for it in `layers`. */
function layerOf(path: string): string {
  const [, first = '', second] = path.split('/');
  if (second !== undefined) return first;
  return first === 'index.ts' || first === 'index.js' ? 'index.ts' : '.';
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const [own, other] = [layers[from], layers[to]];
  if (own === undefined || other === undefined) return false; // a folder without a layer
  if (to === 'emojiworld') return importersOfEmojiWorld.includes(from);
  return other < own;
}
