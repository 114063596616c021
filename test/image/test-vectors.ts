/** The hand-checkable vectors for resizing, cropping and normalising. */
import { readFileSync } from 'node:fs';

export interface Vector<Input, Expected> {
  readonly id: string;
  readonly input: Input;
  readonly expected: Expected;
}

type Rows = readonly (readonly number[])[];
type Pair = readonly [number, number];

interface Vectors {
  readonly bicubic_resize_8bit: readonly Vector<{ image_rows: Rows; out_wh: Pair }, { rows: Rows }>[];
  readonly resize_short_side_center_crop: readonly (
    | Vector<{ w: number; h: number; size: number }, { resized: Pair; crop_left_top: Pair }>
    | Vector<{ difference: number }, { offset: number }>
  )[];
  readonly normalise_pixel: readonly Vector<{ rgb: readonly number[] }, { norm: readonly number[] }>[];
}

const file = new URL('../fixtures/tasks/pixels.json', import.meta.url);
export const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'));
