/** One `preprocess` case of the reference set: the picture file and what the official code makes of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { fileBytes } from '../../src/checkpoint/file-bytes.js';
import { openSafetensors } from '../../src/checkpoint/safetensors.js';
import { TRANSFORM_NAMES, type TransformName } from '../../src/image/transform.js';

export interface PreprocessCase {
  readonly name: string;
  readonly file: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly sha256: string; // of the decoded RGB bytes
  readonly expected: ReadonlyMap<string, Uint8Array>; // tensor bytes by name, e.g. `card.56.f32`
}

const root = join(import.meta.dirname, '../..');
const whole = join(root, '../shared/reference/preprocess');
const folder = existsSync(whole) ? whole : join(root, 'test/fixtures/reference/preprocess');

/** Names of all cases: of the whole set when it lies beside the repository, else of the copied ones. */
export const caseNames = readdirSync(folder);

export async function readCase(name: string): Promise<PreprocessCase> {
  const manifest = JSON.parse(readFileSync(join(folder, name, 'manifest.json'), 'utf8'));
  const { file, width, height, decoded_rgb_sha256: sha256 } = manifest.params;
  const expected = new Map<string, Uint8Array>();
  const tensors = await openSafetensors(await fileBytes(join(folder, name, 'tensors.safetensors')));
  for (const [label, key] of Object.entries<string>(manifest.expect)) {
    expected.set(label, await tensors.read(key));
  }
  await tensors.close();
  return { name, file: readFileSync(join(folder, name, file)), width, height, sha256, expected };
}

/** The expectations after a transform: `card.56.f32` → card, 56, f32. */
export function transformed({ expected }: PreprocessCase): {
  transform: TransformName;
  size: number;
  kind: string;
  bytes: Uint8Array;
}[] {
  return [...expected].flatMap(([label, bytes]) => {
    const [name, size, kind = ''] = label.split('.');
    const transform = TRANSFORM_NAMES.find((known) => known === name);
    return transform ? [{ transform, size: Number(size), kind, bytes }] : [];
  });
}
