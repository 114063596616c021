/** The pictures of single icons that zero-shot classification is judged on, one set a table of the paper. */
import { type AugmentOptions, augment, heldOut, heldOutStream, renderClean } from '../emojiworld/augment.js';
import { type Language, paperLanguages } from '../emojiworld/concepts.js';
import { heldOutStyles, type Icon, type Style, trainingStyles } from '../emojiworld/icons.js';
import { createRandom } from '../emojiworld/random.js';

/** Seed of everything random in classification: the augmentation, and which concepts a quick look takes. */
export const SEED = 20231221;

/** One picture an icon of the styles, judged with labels in these languages. */
export interface PictureSet {
  readonly name: string;
  readonly styles: readonly Style[];
  readonly languages: readonly Language[];
  /** RGB bytes, size x size. */
  readonly render: (icon: Icon, size: number) => Uint8Array;
}

const english = ['en'] as const;

/** Scale of the small actors of composed scenes (`emojiworld/layout.ts`), anywhere in the picture. */
const asInScenes: AugmentOptions = { ...heldOut, scale: [0.36, 0.42], shift: (1 - 0.42) / 2 };

export const pictureSets: readonly PictureSet[] = [
  {
    name: 'training styles, held-out augmentation',
    styles: trainingStyles,
    languages: paperLanguages,
    render: (icon, size) => augmented(icon, size, heldOut),
  },
  {
    name: 'training styles, as small as in scenes',
    styles: trainingStyles,
    languages: english,
    render: (icon, size) => augmented(icon, size, asInScenes),
  },
  { name: 'training styles, clean', styles: trainingStyles, languages: english, render: renderClean },
  ...heldOutStyles.map((style): PictureSet => {
    return { name: `${style} (never seen)`, styles: [style], languages: english, render: renderClean };
  }),
];

/** Random numbers of its own for each icon: its picture does not depend on which others are drawn. */
function augmented(icon: Icon, size: number, options: AugmentOptions): Uint8Array {
  const random = createRandom(SEED, `${heldOutStream}: ${icon.style} ${icon.concept}`);
  return augment(icon, size, random, options);
}
