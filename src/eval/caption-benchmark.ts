/**
 * The miniature of the paper's captioning table: composed scenes of one thing, of one thing several times and of a
 * pair, captioned greedily and held against their facts. A caption is right or wrong; there is no score of n-grams.
 *
 * Paper: table 10 (COCO and Flickr30K; NoCaps, whose objects no caption of training names).
 */
import { type Concept, everydayConcepts, loadConcepts } from '../emojiworld/concepts.js';
import { isNovelConcept } from '../emojiworld/splits.js';
import { accuracy } from './accuracy.js';
import { captionReader } from './caption-facts.js';
import { type CaptionJudgement, judgeCaption } from './caption-judgement.js';
import {
  type BenchmarkModel,
  type BenchmarkOptions,
  type BenchmarkRow,
  benchmarkRow,
  callOf,
  isComplete,
} from './emojiworld-benchmark.js';
import { drawScenes, testScenes } from './test-scenes.js';

const SCENES = 500;
/** Of every five scenes four are of one or two concepts; this many seeds give enough of them. */
const SEEDS_PER_SCENE = 2;
/** Captions of scenes may be shorter than the 8 tokens that the official evaluation asks for. */
const greedy = { numBeams: 1, minNewTokens: 0, maxNewTokens: 30 } as const;

/** The rows of both sets of scenes; none, and a remark, where the model cannot write. */
export async function* captionRows(
  model: BenchmarkModel,
  options: BenchmarkOptions,
): AsyncGenerator<BenchmarkRow> {
  if (!isComplete(model)) {
    options.onNote?.('captions are left out: the model has weights of InternVL-C alone');
    return;
  }
  const all = await loadConcepts();
  const read = captionReader(all.map(({ names }) => names.en));
  const everyday = everydayConcepts(all);
  const sets = {
    'in-domain': everyday.filter(({ id }) => !isNovelConcept(id)),
    'novel concepts': everyday.filter(({ id }) => isNovelConcept(id)),
  };
  for (const [name, concepts] of Object.entries(sets)) {
    const scenes = shortScenes(Math.min(SCENES, options.samples ?? SCENES), concepts);
    const pictures = await drawScenes(scenes, options);
    const captions = await model.caption(pictures, { ...greedy, ...callOf(options, `captions, ${name}`) });
    const judged = scenes.map((scene, i) => judgeCaption(read(captions[i]?.text ?? ''), scene));
    yield* judgedRows(`captions, ${name}`, judged, options);
  }
}

/** Those of one or two different actors. */
function shortScenes(count: number, concepts: readonly Concept[]) {
  const scenes = testScenes(SEEDS_PER_SCENE * count, concepts);
  return scenes.filter(({ facts }) => facts.kind !== 'group').slice(0, count);
}

/** One answer a picture, so that the intervals are Wilson's. */
function* judgedRows(
  name: string,
  judged: readonly CaptionJudgement[],
  { onNote }: BenchmarkOptions,
): Generator<BenchmarkRow> {
  const questions = {
    'every actor named': judged.map(({ names }) => names),
    'right count of those that are several': judged.map(({ count }) => count),
    'right place, size or relation where stated': judged.map(({ arrangement }) => arrangement),
  };
  for (const [question, answers] of Object.entries(questions)) {
    const asked = answers.filter((answer) => answer !== undefined);
    const row = `${name}: ${question}`;
    if (asked.length === 0) onNote?.(`${row}: left out, of ${answers.length} captions it concerns none`);
    else yield benchmarkRow(row, accuracy(asked.filter(Boolean).length, asked.length));
  }
}
