/**
 * The concepts of EmojiWorld: emoji of one code point that five icon sets draw and that have names in nine
 * languages. Names and keywords are those of Unicode CLDR.
 */
import { everydayNames } from './everyday.js';
import { packageJson } from './packages.js';

/** The languages of the paper's multilingual ImageNet (table 6). */
export const paperLanguages = ['en', 'zh', 'ja', 'ar', 'it'] as const;
/** The eight languages of the XTD retrieval benchmark, in the paper's order (appendix). */
export const xtdLanguages = ['en', 'es', 'fr', 'zh', 'it', 'ko', 'ru', 'ja'] as const;
export const languages = ['en', 'zh', 'ja', 'ar', 'it', 'es', 'fr', 'ko', 'ru'] as const;
export type Language = (typeof languages)[number];

export interface Concept {
  readonly id: string; //    code point, e.g. `1f436`
  readonly emoji: string;
  readonly group: string; // e.g. `Animals & Nature`
  readonly names: Readonly<Record<Language, string>>;
  readonly keywords: Readonly<Record<Language, readonly string[]>>;
}

/** Code point (joined by `-`, without the variation selector) → icon name. */
export type IconNames = ReadonlyMap<string, string>;

/** The sets that must draw a concept; the four others match by name and may lack it. */
export const conceptSets = [
  'noto',
  'twemoji',
  'openmoji',
  'fluent-emoji-flat',
  'fluent-emoji-high-contrast',
] as const;

type Annotations = Readonly<
  Record<string, { readonly default?: string[]; readonly tts?: string[] } | undefined>
>;

/**
 * The 1,369 concepts in order of their code points. Everyday ones have their plain English name.
 *
 * @throws Error when the icon or CLDR packages are not installed.
 */
export async function loadConcepts(): Promise<readonly Concept[]> {
  const [annotations, groups, ...sets] = await Promise.all([
    Promise.all(languages.map(readAnnotations)),
    readGroups(),
    ...conceptSets.map(iconNames),
  ]);
  const first = sets[0] ?? new Map<string, string>();
  const ids = [...first.keys()].filter((id) => !id.includes('-') && sets.every((names) => names.has(id)));
  return ids
    .sort((a, b) => Number.parseInt(a, 16) - Number.parseInt(b, 16))
    .flatMap((id) => conceptOf(id, groups.get(first.get(id) ?? ''), annotations) ?? [])
    .map(withPlainName);
}

/** The everyday concepts of `everyday.ts` among `all`: those that scenes are made of, as the 80 kinds of COCO. */
export function everydayConcepts(all: readonly Concept[]): readonly Concept[] {
  const byId = new Map(all.map((concept) => [concept.id, concept]));
  return [...everydayNames].map(([id, name]) => {
    const concept = byId.get(id);
    if (concept === undefined) throw new RangeError(`expected all concepts to contain ${id} (${name})`);
    return concept;
  });
}

/** The icon names of one Iconify set by code point. */
export async function iconNames(set: string): Promise<IconNames> {
  const chars = await packageJson<Record<string, string>>(`@iconify-json/${set}/chars.json`);
  return new Map(Object.entries(chars).map(([id, name]) => [id.replaceAll('-fe0f', ''), name]));
}

function conceptOf(
  id: string,
  group: string | undefined,
  annotations: readonly Annotations[],
): Concept | undefined {
  const emoji = String.fromCodePoint(Number.parseInt(id, 16));
  const names: Partial<Record<Language, string>> = {};
  const keywords: Partial<Record<Language, readonly string[]>> = {};
  for (const [i, language] of languages.entries()) {
    const found = annotations[i]?.[emoji];
    const name = found?.tts?.[0];
    if (name === undefined) return undefined;
    names[language] = name;
    keywords[language] = (found?.default ?? []).filter((word) => word !== name);
  }
  if (group === undefined)
    throw new Error(`${emoji} (${id}): expected a group in @iconify-json/noto/metadata.json`);
  return { id, emoji, group, names, keywords } as Concept; // every language was filled in above
}

function withPlainName(concept: Concept): Concept {
  const name = everydayNames.get(concept.id) ?? concept.names.en;
  if (name === concept.names.en) return concept;
  const keywords = [concept.names.en, ...concept.keywords.en.filter((word) => word !== name)];
  return {
    ...concept,
    names: { ...concept.names, en: name },
    keywords: { ...concept.keywords, en: keywords },
  };
}

async function readAnnotations(language: Language): Promise<Annotations> {
  interface File {
    readonly annotations: { readonly annotations: Annotations };
  }
  const file = await packageJson<File>(`cldr-annotations-full/annotations/${language}/annotations.json`);
  return file.annotations.annotations;
}

/** Icon name → CLDR group. */
async function readGroups(): Promise<ReadonlyMap<string, string>> {
  const { categories } = await packageJson<{ categories: Record<string, string[]> }>(
    '@iconify-json/noto/metadata.json',
  );
  return new Map(
    Object.entries(categories).flatMap(([group, names]) => names.map((name) => [name, group] as const)),
  );
}
