/** The answers to a classification: each picture, and beside it the words that fit best, as bars. */
import type { RgbImage } from '../image/rgb-image.js';
import { colorOf, DROP } from './axes.js';
import { black, type Drawing, grey, type Shape } from './drawing.js';
import { fitted, fittedPath, textWidth } from './lines-of-text.js';

export interface Classified {
  readonly name: string;
  /** A small square of the picture. */
  readonly thumbnail?: RgbImage | undefined;
  /** Best first. */
  readonly predictions: readonly Labelled[];
}

export interface Labelled {
  readonly label: string;
  /** From 0 to 1, but for rounding. */
  readonly score: number;
}

/** Pictures that one drawing may have. */
export const MAX_PICTURES = 100;

const EDGE = 12;
const SIDE = 80; //      of a thumbnail
const LINE = 16; //      of a bar
const BAR = 220; //      of 100 %
const LONGEST = 200; //  label
const NUMBER = 44; //    room for a percentage behind a bar
/** What a softmax of float32 may be above 1. */
const ROUNDING = 1e-5;

/**
 * The pictures below each other.
 *
 * @throws RangeError when there are none or too many, one has no predictions, or a score is not from 0 to 1.
 */
export function probabilityBars(pictures: readonly Classified[]): Drawing {
  checkPictures(pictures);
  const labels = pictures.flatMap(({ predictions }) =>
    predictions.map(({ label }) => fitted(label, LONGEST)),
  );
  const left = EDGE + SIDE + EDGE + Math.max(...labels.map(textWidth)) + 6;
  const width = left + BAR + NUMBER + EDGE;
  const shapes: Shape[] = [];
  let y = EDGE;
  for (const { name, thumbnail, predictions } of pictures) {
    const top = y + 18;
    shapes.push({ kind: 'words', x: EDGE, y: y + 8, text: fittedPath(name, width - 2 * EDGE), color: black });
    if (thumbnail)
      shapes.push({
        kind: 'print',
        x: EDGE,
        y: top,
        width: SIDE,
        height: SIDE,
        image: thumbnail,
        hint: name,
      });
    shapes.push(...predictions.flatMap((each, i) => bar(each, i, left, top + i * LINE)));
    y = top + Math.max(predictions.length * LINE, SIDE) + EDGE;
  }
  return { width, height: y, title: 'Which word fits', description: pictures.map(inWords).join(' '), shapes };
}

function bar({ label, score }: Labelled, i: number, left: number, top: number): Shape[] {
  const y = top + LINE / 2 + DROP;
  const color = i === 0 ? black : grey;
  const hint = `${label}: ${percent(score)}`;
  return [
    { kind: 'words', x: left - 6, y, text: fitted(label, LONGEST), color, anchor: 'end' },
    { kind: 'box', x: left, y: top + 2, width: score * BAR, height: LINE - 4, color: colorOf(0), hint },
    { kind: 'words', x: left + score * BAR + 5, y, text: percent(score), color },
  ];
}

const percent = (score: number): string => `${(100 * score).toFixed(1)} %`;

/** What it tells, for someone who does not see it. */
function inWords({ name, predictions }: Classified): string {
  return `${name}: ${predictions.map(({ label, score }) => `${label} ${percent(score)}`).join(', ')}.`;
}

function checkPictures(pictures: readonly Classified[]): void {
  if (pictures.length < 1 || pictures.length > MAX_PICTURES)
    throw new RangeError(`expected 1 to ${MAX_PICTURES} pictures, got ${pictures.length}`);
  for (const { name, predictions } of pictures) {
    if (predictions.length === 0) throw new RangeError(`${name}: expected predictions, got none`);
    const wrong = predictions.find(({ score }) => !(score >= 0 && score <= 1 + ROUNDING));
    if (wrong)
      throw new RangeError(`${name}, ${wrong.label}: expected a score from 0 to 1, got ${wrong.score}`);
  }
}
