/** How a caption is searched for, as options. What is left out is said by the model's file, or as officially. */
import { type CaptionSearch, officialSearch } from '../tasks/caption-options.js';
import { usageError } from './exit-code.js';
import type { OptionTable, Values } from './options.js';

const { numBeams: BEAMS, minNewTokens: MIN_TOKENS, maxNewTokens: MAX_TOKENS } = officialSearch;
const OWN = "the model's generation_config.json, else";

export const generationOptions = {
  beams: {
    kind: 'count',
    short: 'b',
    value: 'N',
    help: `beam search over N captions at a time; 1 takes the best token each time (default: ${OWN} ${BEAMS})`,
  },
  'min-tokens': {
    kind: 'count',
    value: 'N',
    min: 0,
    help: `no caption ends before N tokens (default: ${OWN} ${MIN_TOKENS}; --max-tokens if that is less)`,
  },
  'max-tokens': {
    kind: 'count',
    value: 'N',
    help: `every caption ends after N tokens (default: ${OWN} ${MAX_TOKENS})`,
  },
  'length-penalty': {
    kind: 'number',
    value: 'X',
    help: 'scores are Σ log p / tokens^X: above 0 favours long captions, below 0 short ones (default: 1)',
  },
  'early-stopping': {
    kind: 'flag',
    help: 'end a beam search when as many captions as beams are complete, though a better one may follow',
  },
  hypotheses: {
    kind: 'count',
    value: 'N',
    help: 'the N best captions of each picture with their scores, one a line (default: 1, without score)',
  },
  sample: {
    kind: 'flag',
    help: 'draw each token by its probability instead of searching for the best caption',
  },
  temperature: {
    kind: 'number',
    value: 'T',
    above: 0,
    help: 'with --sample: below 1 likelier tokens, above 1 more surprising ones (default: 1)',
  },
  'top-p': {
    kind: 'number',
    value: 'P',
    above: 0,
    max: 1,
    help: 'with --sample: draw from the best tokens that together have probability P (default: 1, all)',
  },
  'top-k': { kind: 'count', value: 'K', help: 'with --sample: draw from the K best tokens (default: all)' },
  seed: { kind: 'count', value: 'N', min: 0, help: 'with --sample: what the draws follow from (default: 0)' },
} as const satisfies OptionTable;

type GenerationValues = Values<typeof generationOptions>;

/**
 * The search that the options ask for; as a `stream`, with one beam.
 *
 * @throws a usage error when they contradict each other.
 */
export function captionSearch(values: GenerationValues, stream: boolean): CaptionSearch {
  const { beams: numBeams = values.sample || stream ? 1 : undefined } = values;
  const { 'min-tokens': minNewTokens, 'max-tokens': maxNewTokens } = values;
  checkSampling(values);
  checkBeams(values, numBeams ?? BEAMS, stream);
  if (minNewTokens !== undefined && minNewTokens > (maxNewTokens ?? MAX_TOKENS)) {
    throw usageError(
      `--min-tokens expects at most ${maxNewTokens ?? MAX_TOKENS} (--max-tokens), got ${minNewTokens}`,
    );
  }
  return {
    ...{ numBeams, minNewTokens },
    ...(maxNewTokens !== undefined && { maxNewTokens }),
    lengthPenalty: values['length-penalty'],
    earlyStopping: values['early-stopping'],
    numReturnSequences: values.hypotheses,
    ...(values.sample && {
      ...{ doSample: true, temperature: values.temperature, topK: values['top-k'] },
      ...{ topP: values['top-p'], seed: values.seed },
    }),
  };
}

function checkSampling(values: GenerationValues): void {
  if (values.sample) return;
  for (const name of ['temperature', 'top-p', 'top-k', 'seed'] as const) {
    if (values[name] === undefined) continue;
    throw usageError(`--${name} expects --sample: without it nothing is drawn`);
  }
}

/** What a search with several beams alone can do, and what alone a search without can. */
function checkBeams(values: GenerationValues, beams: number, stream: boolean): void {
  const { sample, hypotheses = 1, 'early-stopping': earlyStopping } = values;
  if (beams > 1 && stream) {
    throw usageError(`--stream expects --beams 1, got ${beams}: a beam search knows no token before its end`);
  }
  if (beams > 1 && sample) throw usageError(`--sample expects --beams 1, got ${beams}: choose one of them`);
  if (hypotheses > beams) {
    const remedy = sample || stream ? 'a beam search alone has several' : 'raise --beams';
    throw usageError(`--hypotheses expects at most ${beams} (--beams), got ${hypotheses}: ${remedy}`);
  }
  if (earlyStopping && beams === 1) throw usageError('--early-stopping expects --beams from 2, got 1');
}
