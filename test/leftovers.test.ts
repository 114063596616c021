import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { toFloat32 } from '../src/checkpoint/dtype.js';
import { openCheckpoint } from '../src/checkpoint/open-checkpoint.js';
import { floatTensor } from '../src/checkpoint/safetensors-bytes.js';
import { writeSafetensors } from '../src/checkpoint/write-safetensors.js';
import { InternVL } from '../src/internvl.js';
import { leftoversLine } from '../src/leftovers.js';

const folder = mkdtempSync(join(tmpdir(), 'internvl-leftovers-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** nano without its queries, and so without InternVL-G, and with one tensor more, which nothing has. */
async function nanoWithMore(): Promise<string> {
  cpSync('weights/internvl-nano', folder, { recursive: true });
  const nano = await openCheckpoint('weights/internvl-nano');
  const tensors = [];
  for (const { name, shape, dtype } of nano.infos.values()) {
    if (name === 'query_tokens') continue;
    tensors.push(floatTensor(name, shape, toFloat32(await nano.read(name), dtype), 'BF16'));
  }
  await nano.close();
  const more = floatTensor('vision_model.encoder.layer.0.ls1', [2], new Float32Array(2));
  await writeSafetensors(join(folder, 'model.safetensors'), [...tensors, more]);
  return folder;
}

test('tensors that belong to no part of the model are told, those of InternVL-G are not', async () => {
  const model = await InternVL.fromPretrained(await nanoWithMore());
  expect(model.modes).toEqual(['InternVL-C']);
  expect(model.leftovers).toEqual(['vision_model.encoder.layer.0.ls1']);
  expect(leftoversLine(model.leftovers)).toBe(
    'tensors that belong to no part of the model and are not used (1): vision_model.encoder.layer.0.ls1',
  );
  await model.dispose();
});

test('nano has none', async () => {
  const model = await InternVL.fromPretrained();
  expect(model.leftovers).toEqual([]);
  expect(leftoversLine(model.leftovers)).toBeUndefined();
  await expect(model.classify('docs/pictures/dog.png', ['dog'], { topK: -1 })).rejects.toThrow(
    'topK: expected a whole number from 1, got -1',
  );
  const misspelt = { topk: 1 } as object;
  await expect(model.classify('docs/pictures/dog.png', ['dog'], misspelt)).rejects.toThrow('got topk');
  await model.dispose();
});

test('a model that is disposed during a call is freed after it', async () => {
  const model = await InternVL.fromPretrained();
  const call = model.encodeImage(['docs/pictures/dog.png', 'docs/pictures/cat.png']);
  const disposed = model.dispose();
  expect((await call).rows).toBe(2);
  await disposed;
  await expect(model.encodeText('dog')).rejects.toThrow('this model was disposed');
});

test('options and texts of the wrong kind are refused by name', async () => {
  await expect(InternVL.fromPretrained(undefined, { memory: 'x' as 'stream' })).rejects.toThrow(
    'memory: expected resident, stream or a size such as 2GB, 800MB or 1.5GiB, got x',
  );
  const model = await InternVL.fromPretrained();
  await expect(model.encodeText([3] as unknown as string[])).rejects.toThrow(
    'texts: expected strings, got 3',
  );
  await expect(model.classify('docs/pictures/dog.png', 'dog' as unknown as string[])).rejects.toThrow(
    'labels: expected a list of words, got string',
  );
  await model.dispose();
});
