/** Which rows of the benchmark stand together in the picture of its results, as in the paper's figure 2. */
import { paperLanguages, xtdLanguages } from '../emojiworld/concepts.js';
import type { BenchmarkRow } from './emojiworld-benchmark.js';

/** Bars in groups: one group a label, one bar a series; of both, those of which something was measured. */
export interface Panel {
  readonly title: string;
  readonly series: readonly string[];
  readonly groups: readonly BarGroup[];
}

export interface BarGroup {
  readonly label: string;
  /** One for each series; `undefined` where it was not measured. */
  readonly bars: readonly (BenchmarkRow | undefined)[];
}

/** The name of the row of a group and a series. */
type NameOf = (group: string, series: string) => string;

const models = ['InternVL-C', 'InternVL-G'] as const;
const directions = { T2I: 'text to image', I2T: 'image to text' } as const;
const icons = {
  trained: 'training styles, held-out augmentation',
  small: 'training styles, as small as in scenes',
  'noto-v1': 'noto-v1 (never seen)',
  contrast: 'fluent-emoji-high-contrast (never seen)',
  openmoji: 'openmoji (never seen)',
} as const;
const questions = {
  actors: 'every actor named',
  count: 'right count of those that are several',
  place: 'right place, size or relation where stated',
} as const;

const read = (table: Readonly<Record<string, string>>, key = ''): string => table[key] ?? key;
const by = (model: string): string => (model === 'InternVL-G' ? ', InternVL-G' : '');

/** The panels of which something was measured. */
export function resultPanels(rows: readonly BenchmarkRow[]): Panel[] {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const panel = (
    title: string,
    series: readonly string[],
    labels: readonly string[],
    nameOf: NameOf,
  ): Panel => {
    const rowOf = (label: string, each: string) => byName.get(nameOf(label, each));
    const shown = labels.filter((label) => series.some((each) => rowOf(label, each)));
    const measured = series.filter((each) => shown.some((label) => rowOf(label, each)));
    const groups = shown.map((label) => ({ label, bars: measured.map((each) => rowOf(label, each)) }));
    return { title, series: measured, groups };
  };
  return [
    panel('Icons, 1 of 1369: top-1, %', models, Object.keys(icons), (label, model) => {
      return `1 of 1369, ${read(icons, label)}, en${by(model)}: top-1`;
    }),
    panel('By names in five languages: top-1, %', models, paperLanguages, (language, model) => {
      return `1 of 1369, ${icons.trained}, ${language}${by(model)}: top-1`;
    }),
    panel('Retrieval of scenes: R@1, %', models, ['en T2I', 'en I2T', 'zh T2I', 'zh I2T'], (label, model) => {
      const [language, direction] = label.split(' ');
      return `scenes, ${model}, ${language}: ${read(directions, direction)} R@1`;
    }),
    panel(
      'Captions that are right, %',
      ['in-domain', 'novel concepts'],
      Object.keys(questions),
      (label, set) => {
        return `captions, ${set}: ${read(questions, label)}`;
      },
    ),
    panel('In eight languages: I2T R@10, %', models, [...xtdLanguages, 'mean'], (language, model) => {
      return `scenes in eight languages, ${model}, ${language}: image to text R@10`;
    }),
  ].filter(({ groups }) => groups.length > 0);
}
