/** Contact sheets and texts of everything EmojiWorld makes, to look at before a long training. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { augment, heldOut, heldOutStream, moderate, renderClean, strong } from './augment.js';
import type { Concept } from './concepts.js';
import { contactSheet, writePng } from './contact-sheet.js';
import { everydayNames } from './everyday.js';
import { heldOutStyles, type Icon, type LoadIconsOptions, loadIcons, trainingStyles } from './icons.js';
import { createRandom } from './random.js';
import { sampleClips, sampleScenes } from './sample-scenes.js';
import { sampleNoise } from './sample-texts.js';
import { styleKinds, stylise } from './stylise.js';

/** What a sample consists of: sheets and texts by file name. */
export type SampleFiles = Readonly<Record<string, PNG | string>>;

const COLUMNS = 12;
const ROWS = 8;
const SIDE = 64;

/**
 * Writes into `folder`, making it; the same seed gives the same bytes.
 *
 * - `clean.png`: icons of the training styles; `moderate.png`, `strong.png` and `held-out-augmentation.png`:
 *   the same ones augmented; `style-changes.png`: a row for each style change, in the order of `styleKinds`
 * - `held-out-style-NAME.png`: the same concepts in a style that is never trained on
 * - `scenes.png`, `masks.png` (each scene beside its masks, a colour an actor) and `scenes.txt`, the captions
 * - `clips.png` (a clip a row) and `clips.txt`
 * - `noise.txt`: noisy texts
 *
 * Scenes and clips show the everyday ones of the concepts. Returns the paths.
 */
export async function writeSample(
  folder: string,
  concepts: readonly Concept[],
  seed: number,
  options: LoadIconsOptions = {},
): Promise<string[]> {
  const everyday = concepts.filter(({ id }) => everydayNames.has(id));
  const cast = { concepts: everyday, icons: await loadIcons(everyday, trainingStyles, SIDE, options) };
  const files: SampleFiles = {
    ...(await sampleIcons(concepts, seed, options.signal)),
    ...sampleScenes(cast, seed),
    ...sampleClips(cast, seed),
    'noise.txt': sampleNoise(concepts, seed),
  };
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    await (content instanceof PNG ? writePng(file, content) : writeFile(file, content));
  }
  return Object.keys(files).map((name) => join(folder, name));
}

async function sampleIcons(
  concepts: readonly Concept[],
  seed: number,
  signal: AbortSignal | undefined,
): Promise<SampleFiles> {
  const random = createRandom(seed, 'sample');
  const shown = random.shuffle(concepts).slice(0, COLUMNS * ROWS);
  const load = { ...(signal && { signal }) }; // few and different with every seed: not kept
  const drawings = await loadIcons(shown, trainingStyles, SIDE, load);
  const chosen = shown.map(({ id }) => random.pick(drawings.filter(({ concept }) => concept === id)));
  const evaluation = createRandom(seed, heldOutStream);
  const files: Record<string, PNG> = {
    'clean.png': sheetOf(chosen.map((icon) => renderClean(icon, SIDE))),
    'moderate.png': sheetOf(chosen.map((icon) => augment(icon, SIDE, random, moderate))),
    'strong.png': sheetOf(chosen.map((icon) => augment(icon, SIDE, random, strong))),
    'held-out-augmentation.png': sheetOf(chosen.map((icon) => augment(icon, SIDE, evaluation, heldOut))),
    'style-changes.png': sheetOf(
      styleKinds.flatMap((kind) => {
        const changed = (icon: Icon) => ({ ...icon, ...stylise(icon, kind, random) });
        return chosen.slice(0, COLUMNS).map((icon) => renderClean(changed(icon), SIDE));
      }),
    ),
  };
  for (const style of heldOutStyles) {
    const icons = await loadIcons(shown, [style], SIDE, load);
    files[`held-out-style-${style}.png`] = sheetOf(icons.map((icon) => renderClean(icon, SIDE)));
  }
  return files;
}

const sheetOf = (pictures: readonly Uint8Array[]): PNG => contactSheet(pictures, SIDE, COLUMNS);
