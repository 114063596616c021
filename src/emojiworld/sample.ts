/** Contact sheets of everything EmojiWorld draws, to look at before a long training. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { augment, heldOut, heldOutStream, moderate, renderClean, strong } from './augment.js';
import { sceneCaption } from './captions.js';
import { composeScene, indexIcons } from './compose.js';
import { type Concept, languages } from './concepts.js';
import { contactSheet, writePng } from './contact-sheet.js';
import { type Icon, type LoadIconsOptions, loadIcons, trainingStyles } from './icons.js';
import { createRandom } from './random.js';
import { makeScene } from './scene.js';
import { sceneSeeds } from './splits.js';

const COLUMNS = 12;
const ROWS = 8;
const SIDE = 64;

/**
 * Writes `clean.png`, `moderate.png`, `strong.png`, `held-out.png`, `scenes.png` and `scenes.txt` (the
 * captions of the scenes, five languages a scene) into `folder`; returns the paths. The same seed gives the
 * same files.
 */
export async function writeSample(
  folder: string,
  concepts: readonly Concept[],
  seed: number,
  options: LoadIconsOptions = {},
): Promise<string[]> {
  const icons = await loadIcons(concepts, trainingStyles, SIDE, options);
  const random = createRandom(seed, 'sample');
  const chosen = random.shuffle(icons).slice(0, COLUMNS * ROWS);
  const evaluation = createRandom(seed, heldOutStream);
  const sheets: Readonly<Record<string, (icon: Icon) => Uint8Array>> = {
    clean: (icon) => renderClean(icon, SIDE),
    moderate: (icon) => augment(icon, SIDE, random, moderate),
    strong: (icon) => augment(icon, SIDE, random, strong),
    'held-out': (icon) => augment(icon, SIDE, evaluation, heldOut),
  };
  const files: string[] = [];
  for (const [name, draw] of Object.entries(sheets)) {
    const file = join(folder, `${name}.png`);
    await writePng(file, contactSheet(chosen.map(draw), SIDE, COLUMNS));
    files.push(file);
  }
  return [...files, ...(await writeScenes(folder, concepts, icons, seed))];
}

async function writeScenes(
  folder: string,
  concepts: readonly Concept[],
  icons: readonly Icon[],
  seed: number,
): Promise<string[]> {
  const index = indexIcons(icons);
  const random = createRandom(seed, 'captions');
  const seeds = sceneSeeds('train', COLUMNS * ROWS, seed);
  const scenes = seeds.map((sceneSeed) => makeScene(sceneSeed, { concepts, styles: trainingStyles }));
  const pictures = scenes.map((scene) => composeScene(scene, index, SIDE, trainingStyles).rgb);
  const captions = scenes.map((scene) => {
    const lines = languages.map((language) => `  ${language}: ${sceneCaption(scene, language, random)}`);
    return `scene ${scene.seed}\n${lines.join('\n')}\n`;
  });
  const files = [join(folder, 'scenes.png'), join(folder, 'scenes.txt')] as const;
  await writePng(files[0], contactSheet(pictures, SIDE, COLUMNS));
  await writeFile(files[1], captions.join(''));
  return [...files];
}
