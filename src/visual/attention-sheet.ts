/** Several attention maps side by side: each picture as the model sees it, then what parts of the model look at. */
import { blankImage, type RgbImage } from '../image/rgb-image.js';
import type { AttentionMap } from './attention-map.js';
import { attentionOverlay, largestOf } from './attention-overlay.js';
import { colorBar } from './color-bar.js';
import { type Colormap, heat } from './colormap.js';
import { black, type Drawing, grey, type Shape } from './drawing.js';
import { fitted } from './lines-of-text.js';

/** One picture and its maps. */
export interface LookedAt {
  readonly label: string;
  /** The square that the model sees, dot for dot. */
  readonly seen: RgbImage;
  /** The same square, finer, for the maps to lie on. */
  readonly picture: RgbImage;
  readonly maps: readonly AttentionMap[];
}

const TILE = 160;
const SPACE = 12;
const CAPTION = 30;
/** Tiles in a line. */
const COLUMNS = 4;

/**
 * All maps in lines of tiles, each coloured from 0 to its own largest weight, which its caption states.
 *
 * @throws RangeError when there is nothing to show.
 */
export function attentionSheet(pictures: readonly LookedAt[], colormap: Colormap = heat): Drawing {
  const tiles = pictures.map((picture) => tilesOf(picture, colormap));
  const [columns, lines] = [
    Math.min(COLUMNS, Math.max(0, ...tiles.map(({ length }) => length))),
    tiles.flatMap((own) =>
      Array.from({ length: Math.ceil(own.length / COLUMNS) }, (_, i) =>
        own.slice(i * COLUMNS, (i + 1) * COLUMNS),
      ),
    ),
  ];
  if (columns === 0) throw new RangeError('expected a picture to show, got none');
  const bottom = SPACE + lines.length * (TILE + CAPTION);
  const captions = tiles.flat().map(({ caption: [name, facts] }) => `${name}: ${facts}`);
  return {
    width: SPACE + columns * (TILE + SPACE),
    height: bottom + 22,
    title: 'Where the model looks',
    description: `${captions.join('. ')}.`,
    shapes: [
      ...lines.flatMap((line, l) =>
        line.flatMap((tile, column) =>
          shapesOf(tile, SPACE + column * (TILE + SPACE), SPACE + l * (TILE + CAPTION)),
        ),
      ),
      ...colorBar({ x: SPACE, y: bottom, width: TILE, colormap, from: '0', to: 'its peak' }),
    ],
  };
}

interface Tile {
  readonly image: RgbImage;
  readonly caption: readonly [name: string, facts: string];
}

function tilesOf({ label, seen, picture, maps }: LookedAt, colormap: Colormap): Tile[] {
  const size = `${seen.width}×${seen.height}`;
  const first: Tile = { image: enlarged(seen, 2 * TILE), caption: [label, `as the model sees it, ${size}`] };
  return [
    first,
    ...maps.map((map) => ({ image: attentionOverlay(picture, map, { colormap }), caption: factsOf(map) })),
  ];
}

function factsOf({ name, patches, classToken }: AttentionMap): Tile['caption'] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return [name, `peak ${percent(largestOf(patches))}, class token ${percent(classToken)}`];
}

function shapesOf({ image, caption: [name, facts] }: Tile, x: number, y: number): Shape[] {
  return [
    { kind: 'print', x, y, width: TILE, height: TILE, image, hint: `${name}: ${facts}` },
    { kind: 'words', x, y: y + TILE + 11, text: fitted(name, TILE), color: black },
    { kind: 'words', x, y: y + TILE + 22, text: fitted(facts, TILE), color: grey },
  ];
}

/** Every dot a square of dots, so that the picture is at least `side` wide: what is coarse looks coarse. */
function enlarged(image: RgbImage, side: number): RgbImage {
  const factor = Math.ceil(side / image.width);
  const large = blankImage(image.width * factor, image.height * factor);
  for (let y = 0; y < large.height; y++) {
    for (let x = 0; x < large.width; x++) {
      const from = (Math.floor(y / factor) * image.width + Math.floor(x / factor)) * 3;
      large.data.set(image.data.subarray(from, from + 3), (y * large.width + x) * 3);
    }
  }
  return large;
}
