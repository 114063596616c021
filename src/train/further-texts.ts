/** Texts that come on top of those of a batch: the pictures they are compared with are remembered ones. */
import type { Concept } from '../emojiworld/concepts.js';
import { noiseKinds, noisyText } from '../emojiworld/noise.js';
import { createRandom, type Random } from '../emojiworld/random.js';
import { conceptText } from '../emojiworld/texts.js';
import type { TrainingConfig } from './config.js';
import { type TextGroups, textGroups } from './text-groups.js';
import type { TrainingData } from './training-data.js';
import { languageAt, languagesCome } from './training-pair.js';

/** Texts of any concepts, not of the pictures of the batch. */
export interface FurtherTexts extends TextGroups {
  readonly concepts: readonly number[];
}

/** The share of `rank` in the further texts of `step`: names in any language, sentences, keywords, and noise. */
export function furtherTexts(
  config: TrainingConfig,
  data: TrainingData,
  step: number,
  rank: number,
): FurtherTexts | undefined {
  const size = Math.floor(config.furtherTexts / config.ranks);
  if (size === 0 || !languagesCome(config, step)) return undefined;
  const random = createRandom(config.seed, `texts ${step} rank ${rank}`);
  const concepts = Array.from({ length: size }, () => random.int(data.concepts.length));
  const texts = concepts.map((place) => furtherText(config, data, place, { step, random }));
  return { concepts, ...textGroups(data.tokenizer, texts) };
}

interface Draw {
  readonly step: number;
  readonly random: Random;
}

function furtherText(
  config: TrainingConfig,
  { concepts }: TrainingData,
  place: number,
  { step, random }: Draw,
): string {
  const concept = concepts[place] as Concept; // the place was drawn below their number
  const language = languageAt(config, step, random);
  const shares = { keywords: config.keywordShare, templates: config.templateShare };
  const text = conceptText(concept, language, random, shares);
  if (!random.chance(config.noiseShare)) return text;
  return noisyText(random.pick(noiseKinds), text, { concept, language, others: concepts }, random);
}
