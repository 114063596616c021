/** `--show` of `classify`: the picture, and what parts of the model look at, in a terminal. */
import type { RgbImage } from '../image/rgb-image.js';
import type { Prediction } from '../tasks/zero-shot.js';
import { attentionOverlay, largestOf } from '../visual/attention-overlay.js';
import type { LookedAt } from '../visual/attention-sheet.js';
import type { AttentionMap } from '../visual/attention-target.js';
import {
  type Cells,
  captioned,
  greys,
  pictureCells,
  rowsOfCells,
  type TerminalSize,
} from '../visual/cells.js';
import { cutPathTo } from '../visual/columns.js';
import { upsample } from '../visual/upsample.js';
import { predictionLines } from './predictions.js';

/** Columns of a picture, where there is room. */
const WIDEST = 32;
/** What its captions need. */
const NARROWEST = 20;

export type Shown = Pick<LookedAt, 'label' | 'picture' | 'maps'>;

/** Each picture, its maps beside it, and below them the predictions that are not printed elsewhere. */
export function answerLines(
  shown: readonly Shown[],
  predictions: readonly (readonly Prediction[])[],
  size: TerminalSize,
): string[] {
  return shown.flatMap(({ label, picture, maps }, i) => {
    const side = sideOf(1 + maps.length, size.columns);
    const cells = [
      captioned(pictureCells(picture, side, size.isColoured), [
        cutPathTo(label, side),
        'as the model sees it',
        '',
      ]),
      ...maps.map((map) => mapCells(picture, map, side, size.isColoured)),
    ];
    return [...rowsOfCells(cells, size.columns), ...predictionLines(predictions[i] ?? [])];
  });
}

/** As many columns for a picture as let all stand in one row, within limits. */
function sideOf(count: number, columns: number): number {
  const each = Math.floor((columns - 2 * (count - 1)) / count);
  return Math.min(Math.max(each, NARROWEST), WIDEST, Math.max(columns, 1));
}

/** In colours over the picture; without colours alone, the larger a share the fuller its cell. */
function mapCells(picture: RgbImage, map: AttentionMap, side: number, isColoured: boolean): Cells {
  const peak = largestOf(map.patches);
  const share = `peak ${(100 * peak).toFixed(1)} %`;
  const drawn = isColoured
    ? attentionOverlay(picture, map)
    : greys(
        upsample(map.patches, map, picture).map((weight) => weight / peak),
        picture.width,
      );
  return captioned(pictureCells(drawn, side, isColoured), [map.name, map.heads, share]);
}
