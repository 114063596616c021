/**
 * A picture as a list of shapes, drawn one over the other: `svg.ts` writes it as text, `raster.ts` as dots. What
 * explains an answer is laid out once and exists in both forms.
 */
import type { RgbImage } from '../image/rgb-image.js';
import type { Rgb } from './colormap.js';

export interface Drawing {
  /** Lengths are in units; a line of text is 10 of them high. */
  readonly width: number;
  readonly height: number;
  /** What a person who does not see it is told: in a few words, and in full. */
  readonly title: string;
  readonly description: string;
  readonly shapes: readonly Shape[];
}

export type Shape = Box | Words | Print | Line;

/** A rectangle of one colour. */
export interface Box {
  readonly kind: 'box';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: Rgb;
  /** Shown where the pointer rests, in SVG. */
  readonly hint?: string | undefined;
}

/** One line of text; `y` is its baseline. */
export interface Words {
  readonly kind: 'words';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly color: Rgb;
  /** Which part of the line stands at `x`; the start when left out. */
  readonly anchor?: 'start' | 'middle' | 'end' | undefined;
  /** Read from the bottom to the top. */
  readonly isUpright?: boolean | undefined;
}

/** A photograph, at whatever resolution, stretched over its rectangle. */
export interface Print extends Omit<Box, 'kind' | 'color'> {
  readonly kind: 'print';
  readonly image: RgbImage;
}

/** A stroke through all points, in their order. */
export interface Line {
  readonly kind: 'line';
  readonly points: readonly Point[];
  /** Of the stroke. */
  readonly width: number;
  readonly color: Rgb;
}

export type Point = readonly [x: number, y: number];

/** A part of a drawing. */
export type Area = Pick<Box, 'x' | 'y' | 'width' | 'height'>;

export const white = [255, 255, 255] as const satisfies Rgb;
export const black = [26, 26, 26] as const satisfies Rgb;
export const grey = [96, 96, 96] as const satisfies Rgb;
