/** The small vocabulary of these tests: 1,800 pieces that `trainBpe` learned from names in five languages. */
import { readFileSync } from 'node:fs';

import { parseModel } from '../../src/text/sentencepiece-model.js';
import { tokenizerFromModel } from '../../src/text/sentencepiece-tokenizer.js';

export const smallModelFile = new URL('../fixtures/text/small.model', import.meta.url);
export const smallModel = parseModel(readFileSync(smallModelFile));
export const smallTokenizer = tokenizerFromModel(smallModel);
