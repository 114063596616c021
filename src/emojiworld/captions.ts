/**
 * Scenes told in the paper's five languages.
 *
 * Names come from CLDR without gender, article or plural; so the sentences are built not to need them: a
 * count is said of pictures ("three pictures of dog"), a size of the way it is drawn.
 */
import type { Language } from './concepts.js';
import type { Place, Relation, Size } from './layout.js';
import type { Random } from './random.js';
import type { Scene } from './scene.js';
import { fillTemplate } from './texts.js';

interface Phrases {
  readonly places: Readonly<Record<Place, string>>;
  readonly sizes: Readonly<Record<Size, string>>;
  readonly counts: readonly [two: string, three: string, four: string];
  readonly relations: Readonly<Record<Relation, string>>; // `{a}` is named first, `{b}` second
  readonly comma: string;
  readonly and: string;
}

const phrases: Readonly<Record<Language, Phrases>> = {
  en: {
    places: {
      left: '{} on the left',
      right: '{} on the right',
      top: '{} at the top',
      bottom: '{} at the bottom',
      middle: '{} in the middle',
    },
    sizes: { small: 'small {}', large: 'large {}' },
    counts: ['two pictures of {}', 'three pictures of {}', 'four pictures of {}'],
    relations: {
      'left of': '{a} to the left of {b}',
      'right of': '{a} to the right of {b}',
      above: '{a} above {b}',
      below: '{a} below {b}',
    },
    comma: ', ',
    and: ' and ',
  },
  zh: {
    places: { left: '左边的{}', right: '右边的{}', top: '上方的{}', bottom: '下方的{}', middle: '中间的{}' },
    sizes: { small: '小小的{}', large: '大大的{}' },
    counts: ['两个{}', '三个{}', '四个{}'],
    relations: {
      'left of': '{a}在{b}的左边',
      'right of': '{a}在{b}的右边',
      above: '{a}在{b}的上方',
      below: '{a}在{b}的下方',
    },
    comma: '、',
    and: '和',
  },
  ja: {
    places: { left: '左の{}', right: '右の{}', top: '上の{}', bottom: '下の{}', middle: '真ん中の{}' },
    sizes: { small: '小さい{}', large: '大きい{}' },
    counts: ['2つの{}', '3つの{}', '4つの{}'],
    relations: {
      'left of': '{b}の左に{a}',
      'right of': '{b}の右に{a}',
      above: '{b}の上に{a}',
      below: '{b}の下に{a}',
    },
    comma: '、',
    and: 'と',
  },
  ar: {
    places: {
      left: '{} على اليسار',
      right: '{} على اليمين',
      top: '{} في الأعلى',
      bottom: '{} في الأسفل',
      middle: '{} في الوسط',
    },
    sizes: { small: '{} بحجم صغير', large: '{} بحجم كبير' },
    counts: ['صورتان: {}', 'ثلاث صور: {}', 'أربع صور: {}'],
    relations: {
      'left of': '{a} على يسار {b}',
      'right of': '{a} على يمين {b}',
      above: '{a} فوق {b}',
      below: '{a} تحت {b}',
    },
    comma: '، ',
    and: ' و',
  },
  it: {
    places: {
      left: '{} a sinistra',
      right: '{} a destra',
      top: '{} in alto',
      bottom: '{} in basso',
      middle: '{} al centro',
    },
    sizes: { small: '{} in piccolo', large: '{} in grande' },
    counts: ['due immagini: {}', 'tre immagini: {}', 'quattro immagini: {}'],
    relations: {
      'left of': '{a}, a destra {b}',
      'right of': '{a}, a sinistra {b}',
      above: '{a} sopra {b}',
      below: '{a} sotto {b}',
    },
    comma: ', ',
    and: ' e ',
  },
};

/** One caption of the scene. The same state of `random` gives the same caption. */
export function sceneCaption(scene: Scene, language: Language, random: Random): string {
  const words = phrases[language];
  const names = scene.actors.map(({ concept }) => concept.names[language]);
  const [first = '', second = ''] = names;
  const { facts } = scene;
  if (facts.kind === 'single') {
    const template = random.chance(0.5) ? words.places[facts.place] : words.sizes[facts.size];
    return fillTemplate(template, first);
  }
  if (facts.kind === 'count') return fillTemplate(words.counts[facts.count - 2] ?? '{}', first);
  if (facts.kind === 'pair' && random.chance(0.7)) {
    return words.relations[facts.relation].replace('{a}', () => first).replace('{b}', () => second);
  }
  return enumeration(names, words);
}

/** A, B and C. */
function enumeration(names: readonly string[], { comma, and }: Phrases): string {
  return `${names.slice(0, -1).join(comma)}${and}${names.at(-1) ?? ''}`;
}
