/**
 * The sentences into which a label is put before it is encoded, as data: `templates/*.json`.
 *
 * Paper: §4.3 (zero-shot classification).   Official code: `clip_benchmark/datasets/*_templates.json`.
 */
import { isNode } from '../simd/platform.js';

export interface TemplateFile {
  readonly language: string;
  readonly source: string;
  readonly sets: Readonly<Record<string, readonly string[]>>;
}

export interface TemplateSet {
  readonly name: string;
  readonly language: string;
  /** Where the sentences come from. */
  readonly source: string;
  readonly templates: readonly string[];
}

const FILES = ['en', 'cn', 'jp', 'ar', 'it', 'video'] as const;
export type Language = (typeof FILES)[number];

/** Data sets that use the sentences of another one, as the official evaluation does. */
const ALIASES: Readonly<Record<string, string>> = {
  imagenet: 'imagenet1k',
  'imagenet-v2': 'imagenet1k',
  'imagenet-a': 'imagenet1k',
  'imagenet-r': 'imagenet1k',
  'imagenet-sketch': 'imagenet1k',
  objectnet: 'imagenet1k',
  'imagenet-cn': 'imagenet1k-cn',
  'imagenet-jp': 'imagenet1k-jp',
  'imagenet-ar': 'imagenet1k-ar',
  'imagenet-it': 'imagenet1k-it',
  cifar100: 'cifar10',
};

/** Every set of the files, in their order. */
export async function allTemplateSets(): Promise<TemplateSet[]> {
  const { templateFile } = isNode ? await import('./node-files.js') : await import('./browser-files.js');
  const files = await Promise.all(FILES.map(templateFile));
  return files.flatMap(({ language, source, sets }) =>
    Object.entries(sets).map(([name, templates]) => ({ name, language, source, templates })),
  );
}

/**
 * The set of this name or alias (`imagenet`, `imagenet-cn`, `cars`, `kinetics`, …).
 *
 * @throws RangeError listing the known names.
 */
export async function templateSet(name: string): Promise<TemplateSet> {
  const sets = await allTemplateSets();
  const wanted = ALIASES[name] ?? name;
  const set = sets.find((candidate) => candidate.name === wanted);
  if (set) return set;
  const names = [...Object.keys(ALIASES), ...sets.map((candidate) => candidate.name)];
  throw new RangeError(`expected a template set (${names.join(', ')}), got '${name}'`);
}

/** The label in the sentence: every `{c}` (or `{}`) becomes the label. */
export function fillTemplate(template: string, label: string): string {
  return template.replace(/\{c?\}/g, () => label);
}

/** @throws RangeError for a sentence without a place for the label: all labels would be equal. */
export function checkTemplates(templates: readonly string[]): void {
  if (templates.length === 0) throw new RangeError('expected at least one template, got none');
  for (const template of templates) {
    if (!/\{c?\}/.test(template))
      throw new RangeError(`template '${template}': expected {c} where the label goes`);
  }
}
