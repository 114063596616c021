/** What an icon is called: names, keywords and sentences around them, in nine languages. */
import type { Concept, Language } from './concepts.js';
import type { Random } from './random.js';

/** Sentences with `{}` for the name; the bare name comes first. */
export const templates: Readonly<Record<Language, readonly string[]>> = {
  en: ['{}', 'a picture of {}', 'a drawing of {}', 'an icon of {}', 'this is {}', 'an emoji showing {}'],
  zh: ['{}', '{}的图片', '一幅{}的画', '{}的图标', '这是{}', '表示{}的表情符号'],
  ja: ['{}', '{}の絵', '{}の画像', '{}のアイコン', 'これは{}です', '{}を表す絵文字'],
  ar: ['{}', 'صورة {}', 'رسم {}', 'أيقونة {}', 'هذا {}', 'رمز تعبيري: {}'],
  it: ['{}', "un'immagine di {}", 'un disegno di {}', "un'icona di {}", 'questo è {}', 'una emoji: {}'],
  es: ['{}', 'una imagen de {}', 'un dibujo de {}', 'un icono de {}', 'esto es {}', 'un emoji de {}'],
  fr: ['{}', 'image : {}', 'dessin : {}', 'icône : {}', 'ceci est : {}', 'émoji : {}'],
  ko: ['{}', '{} 사진', '{} 그림', '{} 아이콘', '이것은 {}', '{} 이모티콘'],
  ru: ['{}', 'изображение: {}', 'рисунок: {}', 'значок: {}', 'это {}', 'эмодзи: {}'],
};

export interface TextOptions {
  readonly keywords: number; //  share of texts that use a keyword in place of the name, 0..1
  readonly templates: number; // share of texts set in a sentence, 0..1
}

/** The name alone: how training begins. */
export const nameOnly: TextOptions = { keywords: 0, templates: 0 };

/** One text for a concept. The same state of `random` gives the same text. */
export function conceptText(
  concept: Concept,
  language: Language,
  random: Random,
  options: TextOptions = nameOnly,
): string {
  const keywords = concept.keywords[language];
  const useKeyword = random.chance(options.keywords) && keywords.length > 0;
  const word = useKeyword ? random.pick(keywords) : concept.names[language];
  return random.chance(options.templates) ? fillTemplate(random.pick(templates[language]), word) : word;
}

/** Sets a word into a template. */
export function fillTemplate(template: string, word: string): string {
  return template.replace('{}', () => word); // a function, since `$` in a replacement text has a meaning
}
