/**
 * Noisy texts, as web-scale pairs have them: stage 1 must bear them, stage 2 has none.
 *
 * Paper: §3.3 (weakly filtered pairs in stage 1, filtered ones in stage 2).
 */
import { type Concept, type Language, languages } from './concepts.js';
import type { Random } from './random.js';

export const noiseKinds = [
  'wrong pair',
  'truncated',
  'keyword list',
  'boilerplate',
  'mixed languages',
] as const;
export type NoiseKind = (typeof noiseKinds)[number];

export interface NoiseContext {
  readonly concept: Concept;
  readonly language: Language;
  readonly others: readonly Concept[]; // where wrong names come from
}

const boilerplate: Readonly<Record<Language, readonly string[]>> = {
  en: ['IMG_{n}.jpg', 'free download', 'click to enlarge', 'stock image {n}', 'home page'],
  zh: ['图片{n}', '免费下载', '点击查看大图', '首页', '素材 {n}'],
  ja: ['画像{n}', '無料ダウンロード', 'クリックで拡大', 'ホーム', '素材 {n}'],
  ar: ['صورة رقم {n}', 'تحميل مجاني', 'انقر للتكبير', 'الصفحة الرئيسية', 'ملف {n}'],
  it: ['immagine {n}', 'scarica gratis', 'clicca per ingrandire', 'pagina iniziale', 'foto di archivio {n}'],
  es: ['imagen {n}', 'descarga gratis', 'clic para ampliar', 'página de inicio', 'foto de archivo {n}'],
  fr: ['image {n}', 'téléchargement gratuit', 'cliquer pour agrandir', 'accueil', 'photo {n}'],
  ko: ['사진 {n}', '무료 다운로드', '클릭하여 확대', '홈페이지', '자료 {n}'],
  ru: ['картинка {n}', 'скачать бесплатно', 'нажмите, чтобы увеличить', 'главная', 'фото {n}'],
};

/** `text` made worse in one way. The same state of `random` gives the same result. */
export function noisyText(kind: NoiseKind, text: string, context: NoiseContext, random: Random): string {
  const { concept, language, others } = context;
  if (kind === 'wrong pair') return wrongName(concept, language, others, random);
  if (kind === 'truncated') return truncated(text, random);
  if (kind === 'keyword list') return keywordList(concept, language, random);
  if (kind === 'mixed languages') return mixedLanguages(concept, language, random);
  const line = random.pick(boilerplate[language]).replace('{n}', () => String(random.int(10_000)));
  return random.chance(0.5) ? line : `${text} ${line}`;
}

function wrongName(concept: Concept, language: Language, others: readonly Concept[], random: Random): string {
  const wrong = others.filter(({ id }) => id !== concept.id);
  return random.pick(wrong).names[language];
}

/** At least one character is left and, of texts of two or more, at least one is lost. */
function truncated(text: string, random: Random): string {
  const characters = [...text]; // by code points: no half characters
  return characters.slice(0, 1 + random.int(Math.max(1, characters.length - 1))).join('');
}

function keywordList(concept: Concept, language: Language, random: Random): string {
  const words = random.shuffle([concept.names[language], ...concept.keywords[language]]);
  return words.slice(0, 2 + random.int(4)).join(language === 'zh' || language === 'ja' ? '、' : ', ');
}

/** The name in this language and in another, in either order. */
function mixedLanguages(concept: Concept, language: Language, random: Random): string {
  const other = random.pick(languages.filter((each) => each !== language));
  const names = random.shuffle([concept.names[language], concept.names[other]]);
  return names.join(random.pick([' ', ' - ', ' / ']));
}
