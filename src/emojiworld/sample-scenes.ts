/** The sheets of scenes and clips in a sample, and what is said of them. */
import type { PNG } from 'pngjs';
import { clipCaption, sceneCaption } from './captions.js';
import { composeClip, makeClip } from './clip.js';
import { type ComposedScene, composeScene, indexIcons } from './compose.js';
import { type Concept, type Language, languages } from './concepts.js';
import { contactSheet } from './contact-sheet.js';
import { type Icon, trainingStyles } from './icons.js';
import { createRandom } from './random.js';
import { makeScene } from './scene.js';
import { clipSeeds, sceneSeeds } from './splits.js';

/** Who may act, and their drawings in the training styles. */
export interface Cast {
  readonly concepts: readonly Concept[];
  readonly icons: readonly Icon[];
}

const COLUMNS = 12;
const SCENES = 96;
const CLIPS = 16;
const SPREAD = 1000; // so that samples of two seeds share no scene
const SIDE = 64;

/** One colour for each actor of a scene: red, green, blue, yellow. */
const maskColours = ['255 90 90', '90 220 120', '100 140 255', '255 220 80'].map((rgb) =>
  rgb.split(' ').map(Number),
);

/** Scenes of the train split from `seed * SPREAD` on, their masks, and a caption of each in nine languages. */
export function sampleScenes({ concepts, icons }: Cast, seed: number): Record<string, PNG | string> {
  const index = indexIcons(icons);
  const random = createRandom(seed, 'scene captions');
  const scenes = sceneSeeds('train', SCENES, seed * SPREAD).map((sceneSeed) =>
    makeScene(sceneSeed, { concepts, styles: trainingStyles }),
  );
  const pictures = scenes.map((scene) => composeScene(scene, index, SIDE, trainingStyles));
  const texts = scenes.map((scene) =>
    paragraph(`scene ${scene.seed}`, (language) => sceneCaption(scene, language, random)),
  );
  const alone = pictures.map(({ rgb }) => rgb);
  const besideMasks = pictures.flatMap((picture) => [picture.rgb, colouredMasks(picture)]);
  return {
    'scenes.png': contactSheet(alone, SIDE, COLUMNS),
    'masks.png': contactSheet(besideMasks, SIDE, COLUMNS),
    'scenes.txt': texts.join(''),
  };
}

/** Clips of the train split from `seed * SPREAD` on, a row each, and a caption of each in nine languages. */
export function sampleClips({ concepts, icons }: Cast, seed: number): Record<string, PNG | string> {
  const index = indexIcons(icons);
  const random = createRandom(seed, 'clip captions');
  const clips = clipSeeds('train', CLIPS, seed * SPREAD).map((clipSeed) =>
    makeClip(clipSeed, { concepts, styles: trainingStyles }),
  );
  const frames = clips.flatMap((clip) => composeClip(clip, index, SIDE, trainingStyles));
  const sheet = contactSheet(
    frames.map(({ rgb }) => rgb),
    SIDE,
    frames.length / CLIPS,
  );
  const texts = clips.map((clip) =>
    paragraph(`clip ${clip.seed}: ${clip.motion}`, (language) => clipCaption(clip, language, random)),
  );
  return { 'clips.png': sheet, 'clips.txt': texts.join('') };
}

const paragraph = (title: string, tell: (language: Language) => string): string =>
  `${title}\n${languages.map((language) => `  ${language}: ${tell(language)}\n`).join('')}`;

/** Each actor in its colour, as strong as its mask; black where none is. */
function colouredMasks({ rgb, masks }: ComposedScene): Uint8Array {
  return rgb.map((_, i) => {
    const shares = masks.map(
      (mask, k) => ((mask[Math.floor(i / 3)] ?? 0) * (maskColours[k]?.[i % 3] ?? 0)) / 255,
    );
    return Math.min(255, Math.round(shares.reduce((sum, share) => sum + share, 0)));
  });
}
