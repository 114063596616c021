/**
 * The miniature of the paper's zero-shot tables on EmojiWorld: training styles under held-out augmentation,
 * the three styles no training sees, and the names of five languages.
 *
 * Paper: tables 5 and 6 (ImageNet and its variants, multilingual ImageNet).
 */
import { augment, heldOut, heldOutStream, renderClean } from '../emojiworld/augment.js';
import {
  type Concept,
  everydayConcepts,
  type Language,
  languages,
  loadConcepts,
} from '../emojiworld/concepts.js';
import { heldOutStyles, type Icon, loadIcons, type Style, trainingStyles } from '../emojiworld/icons.js';
import { createRandom } from '../emojiworld/random.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { Embeddings } from '../tasks/embeddings.js';
import type { Accuracy } from './accuracy.js';
import { type Encoder, zeroShot } from './zero-shot.js';

/** One number of the report. */
export interface BenchmarkRow {
  readonly name: string;
  readonly value: number;
  /** 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

export interface BenchmarkOptions {
  /** Side in pixels of the pictures the model takes. */
  readonly size: number;
  readonly cacheFolder?: string | undefined;
  readonly onRow?: ((row: BenchmarkRow) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Seed of the held-out augmentation. */
const SEED = 20231221;
const ICON_SIZE = 64;

/** The pictures of one table row: a name, and one picture an icon. */
interface PictureSet {
  readonly name: string;
  readonly styles: readonly Style[];
  readonly render: (icon: Icon, size: number) => Uint8Array;
}

function pictureSets(): PictureSet[] {
  const random = createRandom(SEED, heldOutStream);
  return [
    {
      name: 'training styles, held-out augmentation',
      styles: trainingStyles,
      render: (icon, size) => augment(icon, size, random, heldOut),
    },
    { name: 'training styles, clean', styles: trainingStyles, render: renderClean },
    ...heldOutStyles.map((style) => ({
      name: `${style} (never seen)`,
      styles: [style],
      render: renderClean,
    })),
  ];
}

/** All rows: both label sets in English, then the everyday concepts in each other language. */
export async function emojiWorldBenchmark(
  encoder: Encoder,
  options: BenchmarkOptions,
): Promise<BenchmarkRow[]> {
  const all = await loadConcepts();
  const rows: BenchmarkRow[] = [];
  const add = (name: string, row: Accuracy) => {
    const { value, low, high, n } = row;
    rows.push({ name, value, low, high, n });
    options.onRow?.({ name, value, low, high, n });
  };
  for (const concepts of [everydayConcepts(all), all]) {
    for (const set of pictureSets()) {
      const others = concepts === all || set.styles !== trainingStyles || set.render === renderClean;
      const pictures = await encodeSet(encoder, concepts, set, options);
      for (const language of others ? (['en'] as const) : languages) {
        const labels = await encoder.encodeText(namesOf(concepts, language), { signal: options.signal });
        const result = await zeroShot(pictures.embeddings, pictures.targets, labels);
        const name = `1 of ${concepts.length}, ${set.name}, ${language}`;
        add(`${name}: top-1`, result.top1);
        add(`${name}: top-5`, result.top5);
      }
    }
  }
  return rows;
}

const namesOf = (concepts: readonly Concept[], language: Language) =>
  concepts.map(({ names }) => names[language]);

async function encodeSet(
  encoder: Encoder,
  concepts: readonly Concept[],
  { styles, render }: PictureSet,
  { size, cacheFolder, signal }: BenchmarkOptions,
): Promise<{ embeddings: Embeddings; targets: number[] }> {
  const load = { ...(cacheFolder !== undefined && { cacheFolder }), ...(signal && { signal }) };
  const icons = await loadIcons(concepts, styles, ICON_SIZE, load);
  const index = new Map(concepts.map(({ id }, i) => [id, i]));
  const pictures = icons.map((icon): RgbImage => ({ width: size, height: size, data: render(icon, size) }));
  // every icon is of a concept that was asked for
  const targets = icons.map(({ concept }) => index.get(concept) ?? Number.NaN);
  return { embeddings: await encoder.encodeImage(pictures, { signal }), targets };
}
