/** The noisy texts in a sample. */
import { type Concept, languages } from './concepts.js';
import { noiseKinds, noisyText } from './noise.js';
import { createRandom } from './random.js';
import { conceptText } from './texts.js';

const EACH = 3; // texts for a kind in a language

/** A table, tab-separated with a head: concept, language, kind of noise, and the text made of its name. */
export function sampleNoise(concepts: readonly Concept[], seed: number): string {
  const random = createRandom(seed, 'noise');
  const rows = noiseKinds.flatMap((kind) =>
    languages.flatMap((language) =>
      Array.from({ length: EACH }, () => {
        const concept = random.pick(concepts);
        const text = conceptText(concept, language, random, { keywords: 0, templates: 0.5 });
        const noisy = noisyText(kind, text, { concept, language, others: concepts }, random);
        return [concept.names.en, language, kind, noisy];
      }),
    ),
  );
  return [['concept', 'language', 'kind', 'text'], ...rows].map((row) => `${row.join('\t')}\n`).join('');
}
