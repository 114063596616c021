/** Drawings of the icon sets: SVG bodies found by concept, and their pixels by resvg (WebAssembly). */
import { readFile } from 'node:fs/promises';
import { type Concept, conceptSets, iconNames } from './concepts.js';
import { packageFile, packageJson } from './packages.js';

interface BBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
interface IconBox {
  readonly left?: number;
  readonly top?: number;
  readonly width?: number;
  readonly height?: number;
}
interface IconSet extends IconBox {
  readonly icons: Readonly<Record<string, (IconBox & { readonly body: string }) | undefined>>;
  readonly aliases?: Readonly<Record<string, { readonly parent: string } | undefined>>;
}

/** A drawing's SVG elements and the square of its coordinates that is seen. */
export interface Drawing {
  readonly body: string;
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Finds the drawing of a concept in one icon set; `undefined` where the set has none. */
export type Drawings = (concept: Pick<Concept, 'id'>) => Drawing | undefined;

/** Draws `size` x `size` pixels: RGBA with straight (not premultiplied) alpha. */
export type Rasteriser = (drawing: Drawing, size: number) => Uint8Array;

/**
 * Opens an Iconify set, e.g. `noto`. Sets without a table of code points are searched by the names that the
 * other sets give to a concept, hyphens left out where the set has none.
 */
export async function openDrawings(set: string): Promise<Drawings> {
  const icons = await packageJson<IconSet>(`@iconify-json/${set}/icons.json`);
  if ((conceptSets as readonly string[]).includes(set)) {
    const names = await iconNames(set);
    return ({ id }) => drawingOf(icons, names.get(id));
  }
  const tables = await Promise.all(conceptSets.map(iconNames));
  const owners = new Map(tables.flatMap((table) => [...table].map(([id, name]) => [name, id] as const)));
  const all = Object.keys(icons.icons);
  const hyphenated = all.filter((name) => name.includes('-')).length > all.length / 10;
  return ({ id }) => {
    for (const table of tables) {
      const name = hyphenated ? table.get(id) : table.get(id)?.replaceAll('-', '');
      const owner = owners.get(parentOf(icons, name) ?? '') ?? id;
      const drawing = owner === id ? drawingOf(icons, name) : undefined; // `cricket` may lead to `cricket-game`
      if (drawing !== undefined) return drawing;
    }
    return undefined;
  };
}

let started: Promise<typeof import('@resvg/resvg-wasm')> | undefined;

/** Starts resvg, once a process. */
export async function startRasteriser(): Promise<Rasteriser> {
  started ??= startResvg();
  const { Resvg } = await started;
  return (drawing, size) => {
    const flat = new Resvg(svgText(drawing, 0));
    const margin = marginOf(drawing, flat.getBBox());
    flat.free();

    const side = size * (1 + 2 * margin);
    const resvg = new Resvg(svgText(drawing, margin), { fitTo: { mode: 'width', value: side } });
    const image = resvg.render();
    const pixels = straightAlpha(cropped(image.pixels, side, size * margin, size));
    image.free();
    resvg.free();
    return pixels;
  };
}

/**
 * Some drawings carry forgotten parts far outside the square that is seen, and resvg 2.6.2 panics on groups
 * that lie wholly beyond its canvas: these are drawn on a canvas wider by so many squares on each side, and
 * cut out of it.
 */
function marginOf({ left, top, side }: Drawing, box: BBox | undefined): number {
  if (box === undefined) return 0;
  const ends = [left - box.x, top - box.y, box.x + box.width - left - side, box.y + box.height - top - side];
  const outside = Math.max(...ends) / side;
  return outside < 0.5 ? 0 : Math.min(5, Math.ceil(outside)); // at 5 every icon of the nine sets is drawn
}

/** The middle `size` x `size` pixels, `from` pixels off the edges. */
function cropped(pixels: Uint8Array, side: number, from: number, size: number): Uint8Array {
  if (from === 0) return pixels;
  const result = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y++) {
    const start = ((from + y) * side + from) * 4;
    result.set(pixels.subarray(start, start + size * 4), y * size * 4);
  }
  return result;
}

/**
 * resvg's pixels are premultiplied: colour = round(premultiplied * 255 / alpha), 0 where nothing is drawn.
 */
export function straightAlpha(premultiplied: Uint8Array): Uint8Array {
  const rgba = new Uint8Array(premultiplied.length);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = premultiplied[i + 3] ?? 0;
    if (alpha === 0) continue;
    for (let c = i; c < i + 3; c++)
      rgba[c] = Math.min(255, Math.round(((premultiplied[c] ?? 0) * 255) / alpha));
    rgba[i + 3] = alpha;
  }
  return rgba;
}

async function startResvg(): Promise<typeof import('@resvg/resvg-wasm')> {
  const wasm = await readFile(packageFile('@resvg/resvg-wasm/index_bg.wasm'));
  const resvg = await import('@resvg/resvg-wasm');
  await resvg.initWasm(wasm);
  return resvg;
}

function parentOf(set: IconSet, name: string | undefined): string | undefined {
  return name === undefined ? undefined : set.aliases?.[name]?.parent;
}

function drawingOf(set: IconSet, name: string | undefined): Drawing | undefined {
  const icon = set.icons[name ?? ''] ?? set.icons[parentOf(set, name) ?? ''];
  if (icon === undefined) return undefined;
  const width = icon.width ?? set.width ?? 16; // Iconify's default
  const height = icon.height ?? set.height ?? 16;
  const side = Math.max(width, height); // a wider or taller drawing is centred in a square
  const left = (icon.left ?? set.left ?? 0) - (side - width) / 2;
  const top = (icon.top ?? set.top ?? 0) - (side - height) / 2;
  return { body: icon.body, left, top, side };
}

function svgText({ body, left, top, side }: Drawing, margin: number): string {
  const all = side * (1 + 2 * margin);
  const box = `${left - side * margin} ${top - side * margin} ${all} ${all}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${all}" height="${all}" viewBox="${box}">${body}</svg>`;
}
