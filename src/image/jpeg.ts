/**
 * JPEG → RGB bytes, as libjpeg and Pillow give them up to the rounding of the inverse cosine transform.
 *
 * jpeg-js decodes the components. Upsampling and colour are done here: jpeg-js replicates chroma, which is up to 79
 * levels away from libjpeg.
 */
import jpeg from 'jpeg-js';

import { type Plane, type RowReader, upsampledRows } from './chroma.js';
import { type JpegHeader, readJpegHeader } from './jpeg-header.js';
import { DHT, DQT, DRI, EOI, SOS, truncatedJpeg } from './jpeg-segments.js';
import { blankImage, type RgbImage } from './rgb-image.js';
import { rgbRow, yccRow } from './ycc.js';

/**
 * [Y, X, 3] RGB bytes. Four components are taken as Adobe writes them (inverted), as Pillow does.
 *
 * @throws Error for a damaged, truncated or unsupported file, RangeError for sizes beyond the limits.
 */
export function decodeJpeg(bytes: Uint8Array, maxPixels: number): RgbImage {
  const header = readJpegHeader(bytes, maxPixels);
  const decoded = decodeComponents(header, bytes);
  return header.components.length === 3 ? toRgb(header, decoded) : decoded;
}

/** [Y, X, 3]: gray as RGB, three components as they are with replicated chroma, four components as RGB. */
function decodeComponents(header: JpegHeader, bytes: Uint8Array): RgbImage {
  const file = plainFile(header);
  checkWork(header, file);
  try {
    const { width, height, data } = jpeg.decode(file, OPTIONS);
    return { width, height, data };
  } catch (error) {
    const reason =
      error instanceof Error && error.constructor === Error ? error.message : 'impossible structure';
    if (reason === 'unexpected marker: ffd9') throw truncatedJpeg(bytes);
    throw new Error(`the JPEG is damaged: ${reason}`);
  }
}

const OPTIONS = {
  useTArray: true,
  formatAsRGBA: false,
  colorTransform: false,
  maxResolutionInMP: Number.POSITIVE_INFINITY, // the header was checked
  maxMemoryUsageInMB: 3072,
} as const;

/** The picture without metadata. Its Adobe marker says "no transform", so that jpeg-js leaves three components alone. */
function plainFile({ segments, colorSpace }: JpegHeader): Uint8Array {
  const adobe = [
    0xff,
    0xee,
    0,
    14,
    ...Buffer.from('Adobe'),
    0,
    100,
    0,
    0,
    0,
    0,
    colorSpace === 'YCCK' ? 2 : 0,
  ];
  const kept = segments.filter(({ marker }) => KEPT.has(marker)).map(({ whole }) => whole);
  return Buffer.concat([Uint8Array.of(0xff, 0xd8, ...adobe), ...kept, Uint8Array.of(0xff, EOI)]);
}

const KEPT: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, DQT, DHT, DRI, SOS]);

/** A small file may hold thousands of scans of a large picture; real ones hold about ten. */
function checkWork({ width, height }: JpegHeader, file: Uint8Array): void {
  let scans = 0;
  for (let at = file.indexOf(0xff); at >= 0; at = file.indexOf(0xff, at + 1))
    if (file[at + 1] === SOS) scans++;
  if (scans * Math.max(width * height, 2 ** 16) > MAX_WORK) {
    throw new RangeError(`expected a JPEG of fewer scans, got ${scans} of ${width}x${height} pixels`);
  }
}

const MAX_WORK = 2 ** 31; // pixels · scans: 32 scans of the largest picture

/** Upsamples and converts what jpeg-js left as it was. */
function toRgb(header: JpegHeader, decoded: RgbImage): RgbImage {
  const { width, height } = header;
  const image = blankImage(width, height);
  const readers = [0, 1, 2].map((c) => componentRows(header, decoded, c));
  const rows = [new Uint8Array(width), new Uint8Array(width), new Uint8Array(width)] as const;
  const convert = header.colorSpace === 'RGB' ? rgbRow : yccRow;
  for (let y = 0; y < height; y++) {
    for (const [c, row] of rows.entries()) readers[c]?.(y, row);
    convert(rows, image.data, y * width * 3);
  }
  return image;
}

function componentRows({ components }: JpegHeader, decoded: RgbImage, c: number): RowReader {
  const { h, v } = components[c] ?? { h: 1, v: 1 };
  const across = Math.max(...components.map((component) => component.h)) / h;
  const down = Math.max(...components.map((component) => component.v)) / v;
  return upsampledRows(samplesOf(decoded, c, across, down), across, down);
}

/** The samples of component `c`: every `across`-th pixel of every `down`-th row, as the others repeat them. */
function samplesOf({ width, height, data }: RgbImage, c: number, across: number, down: number): Plane {
  const plane = { width: Math.ceil(width / across), height: Math.ceil(height / down) };
  const samples = new Uint8Array(plane.width * plane.height);
  for (let y = 0, to = 0; y < plane.height; y++) {
    let from = y * down * width * 3 + c;
    for (let x = 0; x < plane.width; x++, from += 3 * across) samples[to++] = data[from] ?? 0;
  }
  return { ...plane, data: samples };
}
