import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fieldsOf, MessageWriter } from '../../src/text/protobuf.js';

test('reads what it wrote', () => {
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(
      int32,
      fc.float({ noNaN: true }),
      fc.uint8Array(),
      fc.integer({ min: 1, max: 500 }),
      (i, f, b, n) => {
        const message = new MessageWriter().varint(n, i).float(n, f).bytes(n, b).finish();
        expect([...fieldsOf(message)]).toEqual([
          { number: n, kind: 'varint', value: i },
          { number: n, kind: 'float', value: f },
          { number: n, kind: 'bytes', bytes: b },
        ]);
      },
    ),
  );
});

test('the bytes are those of the format', () => {
  const message = new MessageWriter().varint(1, 150).bytes(2, 'testing').varint(43, -1).float(5, 1).finish();
  expect(Buffer.from(message).toString('hex')).toBe(
    '089601' + '120774657374696e67' + 'd802ffffffffffffffffff01' + '2d0000803f',
  );
});

test('a view into a larger buffer is read from its own begin', () => {
  const message = new MessageWriter().float(2, 0.5).finish();
  const view = Uint8Array.of(9, 9, 9, ...message).subarray(3);
  expect([...fieldsOf(view)]).toEqual([{ number: 2, kind: 'float', value: 0.5 }]);
});
