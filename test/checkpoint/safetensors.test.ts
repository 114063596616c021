import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { memoryBytes } from '../../src/checkpoint/byte-source.js';
import { openSafetensors } from '../../src/checkpoint/safetensors.js';
import { encodeSafetensors, type TensorToWrite } from '../../src/checkpoint/safetensors-bytes.js';
import { type DType, elementCount, itemSize } from '../../src/checkpoint/tensor-source.js';

/** A file with that header and so many bytes of data. */
function file(header: unknown, dataLength: number, headerLength?: bigint): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(headerLength ?? BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataLength, 1)]);
}
const open = (bytes: Uint8Array) => openSafetensors(memoryBytes(bytes, 'dir/x.safetensors'));
const w = (dtype: unknown, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets });

const anyTensor = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(itemSize) as DType[])),
    shape: fc.array(fc.nat(4), { maxLength: 3 }),
    seed: fc.nat(255),
  })
  .map(({ dtype, shape, seed }) => {
    const bytes = new Uint8Array(elementCount(shape) * itemSize[dtype]).map((_, i) => seed + i);
    return { dtype, shape, bytes, pieces: () => [bytes.subarray(0, 3), bytes.subarray(3)] };
  });
const anyTensors = fc
  .dictionary(
    fc.string().filter((name) => name !== '__metadata__'),
    anyTensor,
    { maxKeys: 6 },
  )
  .map((all) =>
    Object.entries(all).map(([name, tensor]): TensorToWrite & { bytes: Uint8Array } => ({ name, ...tensor })),
  );

describe('safetensors', () => {
  test('what is written is read: names, kinds, shapes, bytes, metadata', async () => {
    const property = fc.asyncProperty(
      anyTensors,
      fc.dictionary(fc.string(), fc.string()),
      async (tensors, metadata) => {
        const source = await open(await encodeSafetensors(tensors, metadata));
        expect({ ...source.metadata }).toEqual({ ...metadata });
        expect([...source.infos.keys()].sort()).toEqual(tensors.map(({ name }) => name).sort());
        for (const { name, dtype, shape, bytes } of tensors) {
          expect(source.infos.get(name)).toMatchObject({ dtype, shape, file: 'x.safetensors' });
          expect(await source.read(name)).toEqual(bytes);
        }
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });

  test('some rows are read alone; views at odd offsets arrive aligned', async () => {
    const source = await open(
      file({ a: w('U8', [3], [0, 3]), b: w('F32', [2, 1], [3, 11]), c: w('F16', [], [11, 13]) }, 13),
    );
    const row = await source.read('b', { start: 1, count: 1 });
    expect([row.byteLength, row.byteOffset]).toEqual([4, 0]);
    await expect(source.read('b', { start: 1, count: 2 })).rejects.toThrow(
      'b: expected rows within 0..2, got 1..3',
    );
    await expect(source.read('c', { start: 0, count: 1 })).rejects.toThrow('c: expected a tensor with rows');
    await expect(source.read('x.b')).rejects.toThrow(
      'x.b: expected in dir/x.safetensors, got no such tensor (it has b)',
    );
  });

  test.each<[string, Uint8Array, string]>([
    ['a file of 3 bytes', new Uint8Array(3), 'expected a safetensors file, got 3 bytes'],
    [
      'a header longer than the file',
      file({}, 0, 1000n),
      'expected a header of at most 2 bytes, got length 1000',
    ],
    ['a header of 2^53 bytes', file({}, 0, 2n ** 53n), 'got length 9007199254740992'],
    ['a header of 2^64 - 1 bytes', file({}, 0, 2n ** 64n - 1n), 'got length 18446744073709551615'],
    ['no JSON', file('<html>\n<body>\n', 0), 'expected JSON, got Unexpected token'],
    ['no UTF-8', file('{}', 0).fill(0xff, 8), 'expected JSON in UTF-8 as header'],
    ['a list as header', file([], 0), 'expected a JSON object as header'],
    [
      'a name twice',
      file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{}}', 1),
      'got "a" twice',
    ],
    ['a name twice, escaped', file('{"a\\u0062":{},"ab":{}}', 1), 'got "ab" twice'],
    [
      'a name of two lines',
      file({ 'a\nb': w('U8', [1], [0, 1]) }, 1),
      'without control characters, got "a\\nb"',
    ],
    ['an unknown kind', file({ a: w('F8_E4M3', [1], [0, 1]) }, 1), 'a: expected one of F64, F32'],
    ['a kind of the prototype', file({ a: w('toString', [1], [0, 1]) }, 1), 'a: expected one of F64, F32'],
    ['no object', file({ a: 1 }, 0), 'a: expected dtype, shape and data_offsets, got no object'],
    ['a negative size', file({ a: w('U8', [-1], [0, 1]) }, 1), 'a: expected sizes, got shape [-1]'],
    ['half a size', file({ a: w('U8', [0.5, 2], [0, 1]) }, 1), 'a: expected sizes, got shape [0.5,2]'],
    [
      'a size beyond 2^53',
      file('{"a":{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,1]}}', 1),
      'a: expected sizes',
    ],
    [
      'sizes whose product overflows',
      file({ a: w('F32', [2 ** 40, 2 ** 40], [0, 4]) }, 4),
      'a: expected 4.8',
    ],
    [
      'three offsets',
      file({ a: w('U8', [1], [0, 1, 1]) }, 1),
      'a: expected [begin, end], got data_offsets [0,1,1]',
    ],
    ['offsets backwards', file({ a: w('U8', [1], [1, 0]) }, 1), 'a: expected [begin, end]'],
    ['negative offsets', file({ a: w('U8', [1], [-1, 0]) }, 1), 'a: expected [begin, end]'],
    [
      'a shape of more bytes',
      file({ a: w('F32', [2], [0, 4]) }, 4),
      'a: expected 8 bytes for F32 [2], got 4',
    ],
    [
      'overlapping tensors',
      file({ a: w('U8', [2], [0, 2]), b: w('U8', [2], [1, 3]) }, 3),
      'b: expected to begin at',
    ],
    ['a gap', file({ a: w('U8', [1], [0, 1]), b: w('U8', [1], [2, 3]) }, 3), 'unused bytes'],
    ['a hole before the first', file({ a: w('U8', [1], [1, 2]) }, 2), 'unused bytes'],
    ['bytes after the last', file({ a: w('U8', [1], [0, 1]) }, 2), 'extra bytes'],
    ['a truncated file', file({ a: w('U8', [9], [0, 9]) }, 5), 'truncated'],
    [
      'metadata of numbers',
      file({ __metadata__: { a: 1 } }, 0),
      'expected __metadata__ to map texts to texts',
    ],
    ['metadata that is a list', file({ __metadata__: [] }, 0), 'expected __metadata__ to map texts to texts'],
  ])('%s is refused by name', async (_, bytes, message) => {
    const problem = await open(bytes).then(
      () => 'no error',
      (error: Error) => error.message,
    );
    expect(problem).toContain(message);
    expect(problem).toMatch(/^dir\/x\.safetensors: [^\n]+$/);
  });

  test('a name of the prototype is a name', async () => {
    const source = await open(file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1));
    expect([...source.infos.keys()]).toEqual(['__proto__']);
  });

  test('a tensor of no bytes may lie anywhere between others', async () => {
    const header = { b: w('U8', [2], [0, 2]), a: w('F32', [0, 3], [2, 2]), c: w('U8', [1], [2, 3]) };
    const source = await open(file(header, 3));
    expect((await source.read('a')).byteLength).toBe(0);
  });

  test('a file with flipped, cut or added bytes is read within its bounds or refused', async () => {
    const honest = await encodeSafetensors([
      { name: 'a', dtype: 'F32', shape: [3, 2], pieces: () => [new Uint8Array(24)] },
      { name: 'b', dtype: 'I64', shape: [], pieces: () => [new Uint8Array(8)] },
    ]);
    const flips = fc.array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(flips, fc.integer({ min: -60, max: 8 }), async (changes, change) => {
      const bytes = new Uint8Array(honest.length + change);
      bytes.set(honest.subarray(0, bytes.length));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      try {
        const source = await open(bytes);
        for (const { name, byteLength } of source.infos.values()) {
          expect((await source.read(name)).byteLength).toBe(byteLength);
        }
      } catch (error) {
        expect(String(error)).toMatch(/^\w*Error: dir\/x\.safetensors: /);
      }
    });
    await fc.assert(property, { numRuns: 500 });
  });

  test('tensors of two names, or of fewer bytes than their shape says, are not written', async () => {
    const tensor = (name: string, length: number): TensorToWrite => ({
      name,
      dtype: 'U8',
      shape: [2],
      pieces: () => [new Uint8Array(length)],
    });
    await expect(encodeSafetensors([tensor('a', 2), tensor('a', 2)])).rejects.toThrow('got a');
    await expect(encodeSafetensors([tensor('__metadata__', 2)])).rejects.toThrow('got __metadata__');
    await expect(encodeSafetensors([tensor('a', 3)])).rejects.toThrow('a: expected 2 bytes, got 3');
    await expect(encodeSafetensors([tensor('a', 1)])).rejects.toThrow('a: expected 2 bytes, got 1');
  });
});
