/** Several attention maps side by side: each picture as the model sees it, then what parts of the model look at. */
import { blankImage, type RgbImage } from '../image/rgb-image.js';
import { attentionOverlay, largestOf } from './attention-overlay.js';
import type { AttentionMap } from './attention-target.js';
import { colorBar } from './color-bar.js';
import { type Colormap, heat } from './colormap.js';
import { type Area, black, type Drawing, grey, type Shape, white } from './drawing.js';
import { fitted, fittedPath } from './lines-of-text.js';

/** One picture and its maps. */
export interface LookedAt {
  readonly label: string;
  /** The square that the model sees, dot for dot. */
  readonly seen: RgbImage;
  /** The same square, finer, for the maps to lie on. */
  readonly picture: RgbImage;
  readonly maps: readonly AttentionMap[];
}

/** Tiles that a sheet may have, the pictures themselves among them. */
export const MAX_TILES = 200;

const TILE = 160;
const SPACE = 12;
const CAPTION = 41;
/** Tiles in a line. */
const COLUMNS = 6;

/**
 * All maps in lines of tiles, each coloured from 0 to its own largest weight, which its caption states.
 *
 * @throws RangeError when there is nothing to show, or too much.
 */
export function attentionSheet(pictures: readonly LookedAt[], colormap: Colormap = heat): Drawing {
  const count = pictures.reduce((sum, { maps }) => sum + 1 + maps.length, 0);
  if (count === 0 || count > MAX_TILES)
    throw new RangeError(`expected 1 to ${MAX_TILES} tiles, got ${count}`);
  const lines = pictures.flatMap((picture) => inLines(tilesOf(picture, colormap)));
  const bottom = SPACE + lines.length * (TILE + CAPTION);
  const bar = { x: SPACE, y: bottom, width: TILE, colormap, from: '0', to: 'its peak' };
  return {
    width: SPACE + Math.max(...lines.map(({ length }) => length)) * (TILE + SPACE),
    height: bottom + 22,
    title: 'Where the model looks',
    description: lines.flatMap((line) => line.map(({ caption }) => `${caption.join(', ')}.`)).join(' '),
    shapes: [...lines.flatMap((line, l) => lineOf(line, SPACE + l * (TILE + CAPTION))), ...colorBar(bar)],
  };
}

interface Tile {
  readonly image: RgbImage;
  /** The first one dark, the others grey. */
  readonly caption: readonly string[];
  /** The patch that looks, in shares of the tile. */
  readonly frame?: Area | undefined;
}

function tilesOf({ label, seen, picture, maps }: LookedAt, colormap: Colormap): Tile[] {
  const size = `${seen.width}×${seen.height} dots`;
  const first: Tile = {
    image: enlarged(seen, 2 * TILE),
    caption: [fittedPath(label, TILE), 'as the model sees it', size],
  };
  const overlay = (map: AttentionMap) => attentionOverlay(picture, map, { colormap });
  return [
    first,
    ...maps.map((map) => ({ image: overlay(map), caption: captionOf(map), frame: frameOf(map) })),
  ];
}

function captionOf({ name, heads, patches, classToken }: AttentionMap): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return [name, heads, `peak ${percent(largestOf(patches))}, class token ${percent(classToken)}`];
}

function frameOf({ from, gridY, gridX }: AttentionMap): Area | undefined {
  return from && { x: from.column / gridX, y: from.row / gridY, width: 1 / gridX, height: 1 / gridY };
}

function inLines(tiles: readonly Tile[]): Tile[][] {
  const count = Math.ceil(tiles.length / COLUMNS);
  return Array.from({ length: count }, (_, i) => tiles.slice(i * COLUMNS, (i + 1) * COLUMNS));
}

function lineOf(tiles: readonly Tile[], y: number): Shape[] {
  return tiles.flatMap(({ image, caption, frame }, column): Shape[] => {
    const x = SPACE + column * (TILE + SPACE);
    return [
      { kind: 'print', x, y, width: TILE, height: TILE, image, hint: caption.join(', ') },
      ...(frame ? edges(x, y, frame) : []),
      ...caption.map((text, i): Shape => {
        const baseline = y + TILE + 11 * (i + 1);
        return { kind: 'words', x, y: baseline, text: fitted(text, TILE), color: i === 0 ? black : grey };
      }),
    ];
  });
}

/** The four sides of a frame in the tile at x, y. */
function edges(x: number, y: number, frame: Area): Shape[] {
  const [left, top] = [x + frame.x * TILE, y + frame.y * TILE];
  const [width, height] = [frame.width * TILE, frame.height * TILE];
  const side = (dx: number, dy: number, w: number, h: number): Shape => {
    return { kind: 'box', x: left + dx, y: top + dy, width: w, height: h, color: white };
  };
  return [
    side(0, 0, width, 1),
    side(0, height - 1, width, 1),
    side(0, 0, 1, height),
    side(width - 1, 0, 1, height),
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
