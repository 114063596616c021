/** Drawings as files, SVG or PNG by their ending. */
import { writeAtomically } from '../checkpoint/atomic-file.js';
import { encodePng } from '../image/encode-png.js';
import type { Drawing } from '../visual/drawing.js';
import { isDrawable } from '../visual/glyphs.js';
import { toPixels } from '../visual/raster.js';
import { toSvg } from '../visual/svg.js';
import { usageError } from './exit-code.js';
import { checkOutput } from './files.js';
import type { OptionTable } from './options.js';
import type { Terminal } from './terminal.js';

const SVG = /\.svg$/i;

/** `--plot FILE`, which draws `what`. */
export function plotOption(what: string) {
  const plot = { kind: 'text', value: 'FILE', help: `draw ${what} (.svg or .png)` } as const;
  return { plot } as const satisfies OptionTable;
}

/** `--show`, which draws `what` with letters, on stderr. */
export function showOption(what: string) {
  const show = { kind: 'flag', help: `show ${what} on the terminal (stderr), as wide as it is` } as const;
  return { show } as const satisfies OptionTable;
}

/**
 * The file that `--plot`, or an older name of it, asks for.
 *
 * @throws a usage error when both do, or it has another ending; Error when it cannot be written.
 */
export async function plotFile(
  options: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const [first, second] = Object.entries(options).filter(([, path]) => path !== undefined);
  if (first && second) throw usageError(`expected --${first[0]} or --${second[0]}, got both`);
  const [name = '', path] = first ?? [];
  if (path !== undefined) await checkDrawingFile(name, path);
  return path;
}

/** @throws before anything is computed: when `path` has another ending, or cannot be written. */
export async function checkDrawingFile(option: string, path: string): Promise<void> {
  if (!SVG.test(path) && !/\.png$/i.test(path))
    throw usageError(`--${option} expects a file that ends in .png or .svg, got '${path}'`);
  await checkOutput(path);
}

/** Writes the drawing, which appears whole or not at all. */
export async function writeDrawing(terminal: Terminal, path: string, drawing: Drawing): Promise<void> {
  const isSvg = SVG.test(path);
  const bytes = isSvg ? new TextEncoder().encode(toSvg(drawing)) : encodePng(toPixels(drawing));
  await writeAtomically(path, [bytes], terminal.signal);
  const boxes = drawing.shapes.some((shape) => shape.kind === 'words' && !isDrawable(shape.text));
  if (boxes && !isSvg)
    terminal.note(`${path}: its font has Latin letters alone, others are boxes; an .svg has all`);
}
