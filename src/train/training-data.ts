/** What all ranks learn from: concepts, their icons, and the tokenizer that reads their names. */
import type { IconIndex } from '../emojiworld/compose.js';
import { indexIcons } from '../emojiworld/compose.js';
import type { Concept } from '../emojiworld/concepts.js';
import { everydayNames } from '../emojiworld/everyday.js';
import type { Icon } from '../emojiworld/icons.js';
import { parseModel } from '../text/sentencepiece-model.js';
import { tokenizerFromModel } from '../text/sentencepiece-tokenizer.js';
import type { Tokenizer } from '../text/tokenizer.js';

/** Plain data, as one thread hands it to another. */
export interface DataFiles {
  readonly concepts: readonly Concept[];
  /** Icons in the training styles. */
  readonly icons: readonly Icon[];
  /** The bytes of `tokenizer.model`. */
  readonly tokenizerModel: Uint8Array;
}

export interface TrainingData {
  readonly concepts: readonly Concept[];
  /** Icons of each concept, by the concept's id. */
  readonly icons: ReadonlyMap<string, readonly Icon[]>;
  /** Where a concept stands in `concepts`, by its id. */
  readonly places: ReadonlyMap<string, number>;
  /** The everyday ones, of which scenes are composed. */
  readonly actors: readonly Concept[];
  readonly iconOf: IconIndex;
  readonly tokenizer: Tokenizer;
}

export function trainingData({ concepts, icons, tokenizerModel }: DataFiles): TrainingData {
  const byConcept = new Map<string, Icon[]>();
  for (const icon of icons) byConcept.set(icon.concept, [...(byConcept.get(icon.concept) ?? []), icon]);
  return {
    concepts,
    icons: byConcept,
    places: new Map(concepts.map(({ id }, place) => [id, place])),
    actors: concepts.filter(({ id }) => everydayNames.has(id)),
    iconOf: indexIcons(icons),
    tokenizer: tokenizerFromModel(parseModel(tokenizerModel)),
  };
}
