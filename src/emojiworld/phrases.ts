/**
 * The words of scenes in nine languages.
 *
 * Names come from CLDR without gender, article or plural; so the phrases are built not to need them: a count is how
 * often a thing is seen ("dog three times"), a size the way it is drawn.
 */
import type { Language } from './concepts.js';
import type { Place, Relation, Size } from './layout.js';

export interface Phrases {
  readonly places: Readonly<Record<Place, string>>;
  readonly sizes: Readonly<Record<Size, string>>;
  readonly counts: readonly [two: string, three: string, four: string];
  readonly relations: Readonly<Record<Relation, string>>; // `{a}` is named first, `{b}` second
  readonly comma: string;
  readonly and: string;
}

export const phrases: Readonly<Record<Language, Phrases>> = {
  en: {
    places: {
      left: '{} on the left',
      right: '{} on the right',
      top: '{} at the top',
      bottom: '{} at the bottom',
      middle: '{} in the middle',
    },
    sizes: { small: 'small {}', large: 'large {}' },
    counts: ['{} two times', '{} three times', '{} four times'],
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
  es: {
    places: {
      left: '{} a la izquierda',
      right: '{} a la derecha',
      top: '{} arriba',
      bottom: '{} abajo',
      middle: '{} en el centro',
    },
    sizes: { small: '{} en pequeño', large: '{} en grande' },
    counts: ['{} dos veces', '{} tres veces', '{} cuatro veces'],
    relations: {
      'left of': '{a} a la izquierda de {b}',
      'right of': '{a} a la derecha de {b}',
      above: '{a} encima de {b}',
      below: '{a} debajo de {b}',
    },
    comma: ', ',
    and: ' y ',
  },
  fr: {
    places: {
      left: '{} à gauche',
      right: '{} à droite',
      top: '{} en haut',
      bottom: '{} en bas',
      middle: '{} au milieu',
    },
    sizes: { small: '{} en petit', large: '{} en grand' },
    counts: ['{} deux fois', '{} trois fois', '{} quatre fois'],
    relations: {
      'left of': '{a}, à droite {b}',
      'right of': '{a}, à gauche {b}',
      above: '{a} au-dessus de {b}',
      below: '{a} au-dessous de {b}',
    },
    comma: ', ',
    and: ' et ',
  },
  ko: {
    places: {
      left: '왼쪽의 {}',
      right: '오른쪽의 {}',
      top: '위의 {}',
      bottom: '아래의 {}',
      middle: '가운데의 {}',
    },
    sizes: { small: '작은 {}', large: '큰 {}' },
    counts: ['{} 둘', '{} 셋', '{} 넷'],
    relations: {
      'left of': '{b} 왼쪽에 {a}',
      'right of': '{b} 오른쪽에 {a}',
      above: '{b} 위에 {a}',
      below: '{b} 아래에 {a}',
    },
    comma: ', ',
    and: ' 그리고 ',
  },
  ru: {
    places: {
      left: '{} слева',
      right: '{} справа',
      top: '{} сверху',
      bottom: '{} снизу',
      middle: '{} в центре',
    },
    sizes: { small: '{} маленького размера', large: '{} крупно' },
    counts: ['{} два раза', '{} три раза', '{} четыре раза'],
    relations: {
      'left of': '{a}, справа {b}',
      'right of': '{a}, слева {b}',
      above: '{a} сверху, {b} снизу',
      below: '{a} снизу, {b} сверху',
    },
    comma: ', ',
    and: ' и ',
  },
};
