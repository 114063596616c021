import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeImage } from '../../src/image/decode.js';
import { encodePng } from '../../src/image/encode-png.js';
import { anyPicture } from './pictures.js';

test('what is encoded is decoded again', () => {
  fc.assert(
    fc.property(anyPicture(24), (image) => {
      expect(decodeImage(encodePng(image))).toEqual(image);
    }),
  );
});

test('data that does not fit its size is refused', () => {
  expect(() => encodePng({ width: 1, height: 1, data: new Uint8Array(4) })).toThrow('expected 3 bytes');
});
