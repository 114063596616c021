/** What captions and matches: the tiny model of random weights, which says nothing, but of each picture something else. */

import { readFileSync } from 'node:fs';
import { Scope } from '../../src/checkpoint/scope.js';
import { readInternVLG } from '../../src/contrastive/weights.js';
import { decodeImage } from '../../src/image/decode.js';
import type { RgbImage } from '../../src/image/rgb-image.js';
import type { GenerativeModel } from '../../src/tasks/generative-model.js';
import { tokenizerFromModel } from '../../src/text/sentencepiece-tokenizer.js';
import { trainBpe } from '../../src/text/train-bpe.js';
import { openTiny } from '../contrastive/tiny-checkpoint.js';

export async function readSmallWriter(): Promise<GenerativeModel> {
  const { config, source, close } = await openTiny();
  const params = await readInternVLG(new Scope(source), config);
  await close();
  const tokenizer = tokenizerFromModel(
    trainBpe(['a photo of a dog and a cat in a red car'], { vocabSize: 300 }),
  );
  return { config, params, tokenizer };
}

const fileOf = (name: string) => new URL(`../../docs/pictures/${name}.png`, import.meta.url);

/** A picture of the documentation. */
export const photo = (name: 'dog' | 'cat' | 'banana'): RgbImage => decodeImage(readFileSync(fileOf(name)));
