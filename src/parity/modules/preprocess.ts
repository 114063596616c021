/**
 * Module `preprocess`: a picture file decoded, and brought to the model's size in each official way.
 *
 * The transforms start from the reference's decoded pixels where it has them, so that a JPEG decoder, which
 * has a tolerance of its own, does not decide about the resize.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { decodeImage } from '../../image/decode.js';
import { toPixels } from '../../image/normalize.js';
import type { RgbImage } from '../../image/rgb-image.js';
import { applyTransform, TRANSFORM_NAMES, type TransformName } from '../../image/transform.js';
import { judgeEqual, type OutputResult, type Values } from '../compare.js';
import type { ParityCase } from '../parity-case.js';
import type { ModuleRunner } from '../runner.js';

const facts = ['source', 'source_mode', 'width', 'height', 'pillow', 'mean', 'std'];

export const preprocessRunner: ModuleRunner = {
  params: ['file', 'decoded_rgb_sha256', ...facts],
  async run(parityCase) {
    const decoded = decodeImage(await readFile(parityCase.filePath('file')));
    const values = new Map<string, Values>([
      ['decoded_rgb', { shape: shapeOf(decoded), data: decoded.data }],
    ]);
    const start = parityCase.expect.has('decoded_rgb') ? await storedImage(parityCase) : decoded;
    for (const name of parityCase.expect.keys()) {
      if (name !== 'decoded_rgb') values.set(name, transformed(start, name));
    }
    return { values, judged: judgeDigest(parityCase, decoded) };
  },
};

/** The output `<transform>.<size>.u8` ([Y, X, 3]) or `.f32` ([3, Y, X]). */
function transformed(image: RgbImage, output: string): Values {
  const [, name, size, kind] = /^(.+)\.(\d+)\.(u8|f32)$/.exec(output) ?? [];
  if (!isTransformName(name)) {
    throw new Error(`expected an output decoded_rgb or <transform>.<size>.u8 or .f32, got ${output}`);
  }
  const result = applyTransform(image, name, Number(size));
  if (kind === 'u8') return { shape: shapeOf(result), data: result.data };
  const { width, height } = result;
  return { shape: [3, height, width], data: channelsFirst(toPixels(result, name)) };
}

function isTransformName(name: string | undefined): name is TransformName {
  return TRANSFORM_NAMES.some((known) => known === name);
}

/** [Y, X, 3] → [3, Y, X]. */
function channelsFirst(pixels: Float32Array): Float32Array {
  const area = pixels.length / 3;
  return pixels.map((_, i) => pixels[(i % area) * 3 + Math.floor(i / area)] as number);
}

const shapeOf = ({ width, height }: RgbImage) => [height, width, 3];

async function storedImage(parityCase: ParityCase): Promise<RgbImage> {
  const { shape, data } = await parityCase.expected('decoded_rgb');
  const [height = 0, width = 0] = shape;
  return { width, height, data: Uint8Array.from(data) };
}

/** A PNG must give the very bytes; a JPEG has a tolerance instead, in `decoded_rgb`. */
function judgeDigest(parityCase: ParityCase, decoded: RgbImage): OutputResult[] {
  const { decoded_rgb_sha256: expected } = parityCase.manifest.params;
  const isExact = !parityCase.expect.has('decoded_rgb') || hasToBeExact(parityCase);
  if (expected === undefined || !isExact) return [];
  const digest = createHash('sha256').update(decoded.data).digest('hex');
  return [judgeEqual('decoded_rgb.sha256', [digest], [expected])];
}

function hasToBeExact(parityCase: ParityCase): boolean {
  return parityCase.manifest.tolerances('decoded_rgb').exact === true;
}
