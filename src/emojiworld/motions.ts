/**
 * What the actor of a clip does, and its names in nine languages: the labels of zero-shot classification, and
 * with the actor's name a caption.
 *
 * As in `phrases.ts` nothing agrees with gender or number: participles, gerunds and nouns in place of verbs.
 */
import type { Language } from './concepts.js';

export const motions = [
  'moves to the right',
  'moves to the left',
  'rises',
  'falls',
  'grows',
  'shrinks',
  'turns clockwise',
  'stays still',
] as const;
export type Motion = (typeof motions)[number];

export interface MotionPhrases {
  readonly motions: Readonly<Record<Motion, string>>;
  readonly told: readonly string[]; //       `{a}` is the actor, `{b}` the motion
  readonly introduced: readonly string[]; // `{}` is all of it, first without anything
}

export const motionPhrases: Readonly<Record<Language, MotionPhrases>> = {
  en: {
    motions: {
      'moves to the right': 'moving to the right',
      'moves to the left': 'moving to the left',
      rises: 'rising',
      falls: 'falling',
      grows: 'growing',
      shrinks: 'shrinking',
      'turns clockwise': 'turning clockwise',
      'stays still': 'staying still',
    },
    told: ['{a} {b}', '{b}: {a}'],
    introduced: ['{}', 'video: {}', 'clip: {}', 'animation: {}'],
  },
  zh: {
    motions: {
      'moves to the right': '向右移动',
      'moves to the left': '向左移动',
      rises: '上升',
      falls: '下降',
      grows: '变大',
      shrinks: '变小',
      'turns clockwise': '顺时针旋转',
      'stays still': '静止不动',
    },
    told: ['{a}{b}', '{b}的{a}'],
    introduced: ['{}', '视频：{}', '短片：{}', '动画：{}'],
  },
  ja: {
    motions: {
      'moves to the right': '右へ移動する',
      'moves to the left': '左へ移動する',
      rises: '上昇する',
      falls: '下降する',
      grows: '大きくなる',
      shrinks: '小さくなる',
      'turns clockwise': '時計回りに回る',
      'stays still': '静止している',
    },
    told: ['{a}が{b}', '{b}{a}'],
    introduced: ['{}', '動画：{}', '映像：{}', 'アニメーション：{}'],
  },
  ar: {
    motions: {
      'moves to the right': 'حركة إلى اليمين',
      'moves to the left': 'حركة إلى اليسار',
      rises: 'صعود',
      falls: 'هبوط',
      grows: 'ازدياد في الحجم',
      shrinks: 'تناقص في الحجم',
      'turns clockwise': 'دوران باتجاه عقارب الساعة',
      'stays still': 'ثبات دون حركة',
    },
    told: ['{a}: {b}', '{b}: {a}'],
    introduced: ['{}', 'فيديو: {}', 'مقطع: {}', 'صورة متحركة: {}'],
  },
  it: {
    motions: {
      'moves to the right': 'in movimento verso destra',
      'moves to the left': 'in movimento verso sinistra',
      rises: 'in salita',
      falls: 'in discesa',
      grows: 'in crescita',
      shrinks: 'in riduzione',
      'turns clockwise': 'in rotazione oraria',
      'stays still': 'senza movimento',
    },
    told: ['{a} {b}', '{b}: {a}'],
    introduced: ['{}', 'video: {}', 'filmato: {}', 'animazione: {}'],
  },
  es: {
    motions: {
      'moves to the right': 'moviéndose a la derecha',
      'moves to the left': 'moviéndose a la izquierda',
      rises: 'subiendo',
      falls: 'bajando',
      grows: 'creciendo',
      shrinks: 'encogiendo',
      'turns clockwise': 'girando en sentido horario',
      'stays still': 'sin moverse',
    },
    told: ['{a} {b}', '{b}: {a}'],
    introduced: ['{}', 'vídeo: {}', 'clip: {}', 'animación: {}'],
  },
  fr: {
    motions: {
      'moves to the right': 'se déplaçant vers la droite',
      'moves to the left': 'se déplaçant vers la gauche',
      rises: 'montant',
      falls: 'descendant',
      grows: 'grandissant',
      shrinks: 'rétrécissant',
      'turns clockwise': 'tournant dans le sens horaire',
      'stays still': 'sans bouger',
    },
    told: ['{a} {b}', '{b} : {a}'],
    introduced: ['{}', 'vidéo : {}', 'clip : {}', 'animation : {}'],
  },
  ko: {
    motions: {
      'moves to the right': '오른쪽으로 움직임',
      'moves to the left': '왼쪽으로 움직임',
      rises: '위로 올라감',
      falls: '아래로 내려감',
      grows: '점점 커짐',
      shrinks: '점점 작아짐',
      'turns clockwise': '시계 방향 회전',
      'stays still': '가만히 있음',
    },
    told: ['{a} {b}', '{b}: {a}'],
    introduced: ['{}', '동영상: {}', '영상: {}', '애니메이션: {}'],
  },
  ru: {
    motions: {
      'moves to the right': 'движение вправо',
      'moves to the left': 'движение влево',
      rises: 'подъем',
      falls: 'падение',
      grows: 'увеличение',
      shrinks: 'уменьшение',
      'turns clockwise': 'вращение по часовой стрелке',
      'stays still': 'без движения',
    },
    told: ['{a}: {b}', '{b}: {a}'],
    introduced: ['{}', 'видео: {}', 'ролик: {}', 'анимация: {}'],
  },
};
