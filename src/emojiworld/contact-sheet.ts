/** Many small pictures on one sheet, as a PNG file to look at. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PNG } from 'pngjs';

const GAP = 2; // pixels of grey between pictures

/**
 * Lays RGB pictures of `size` x `size` in rows of `columns`, row by row, each enlarged `zoom` times.
 *
 * @throws RangeError when a picture has another size or there is none.
 */
export function contactSheet(pictures: readonly Uint8Array[], size: number, columns: number, zoom = 1): PNG {
  if (pictures.length === 0) throw new RangeError('expected at least one picture, got none');
  const cell = size * zoom + GAP;
  const width = columns * cell + GAP;
  const sheet = new PNG({ width, height: Math.ceil(pictures.length / columns) * cell + GAP });
  sheet.data.fill(160);
  for (let i = 3; i < sheet.data.length; i += 4) sheet.data[i] = 255;
  for (const [i, picture] of pictures.entries()) {
    if (picture.length !== size * size * 3) {
      throw new RangeError(`expected picture ${i} to have ${size * size * 3} bytes, got ${picture.length}`);
    }
    const left = GAP + (i % columns) * cell;
    const top = GAP + Math.floor(i / columns) * cell;
    for (let y = 0; y < size * zoom; y++) {
      for (let x = 0; x < size * zoom; x++) {
        const from = (Math.floor(y / zoom) * size + Math.floor(x / zoom)) * 3;
        const to = ((top + y) * width + left + x) * 4;
        for (let c = 0; c < 3; c++) sheet.data[to + c] = picture[from + c] ?? 0;
      }
    }
  }
  return sheet;
}

/** Writes a sheet (or any opaque picture of pngjs) as an RGB PNG file, making its folder. */
export async function writePng(file: string, png: PNG): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, PNG.sync.write(png, { colorType: 2 }));
}
