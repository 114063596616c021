import { describe, expect, test } from 'vitest';

import { memoryBytes } from '../../src/checkpoint/byte-source.js';
import { openPyTorch } from '../../src/checkpoint/pytorch.js';
import { archive, call, dict, global, int, orderedDict, pickle, tensor, text } from './torch-archive.js';

const open = (bytes: Uint8Array) => openPyTorch(memoryBytes(bytes, 'dir/m.pth'));
const floats = (...values: number[]) => new Uint8Array(Float32Array.of(...values).buffer);
const six = floats(0, 1, 2, 3, 4, 5);
const view = (shape: number[], strides: number[], offset = 0) =>
  tensor({ storage: 'FloatStorage', key: '0', size: 6, shape, strides, offset });
const read = async (bytes: Uint8Array, name = 'w', rows?: { start: number; count: number }) => [
  ...new Float32Array((await (await open(bytes)).read(name, rows)).buffer),
];

describe('PyTorch files', () => {
  test('views of one storage: contiguous, transposed, a column, a scalar, nothing', async () => {
    const bytes = archive(
      pickle(
        orderedDict(
          ['whole', view([2, 3], [3, 1])],
          ['transposed', view([3, 2], [1, 3])],
          ['column', view([2, 1], [3, 1], 1)],
          ['scalar', view([], [], 4)],
          ['empty', view([0, 3], [3, 1], 6)],
        ),
      ),
      { 0: six },
    );
    expect(await read(bytes, 'whole')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await read(bytes, 'transposed')).toEqual([0, 3, 1, 4, 2, 5]);
    expect(await read(bytes, 'transposed', { start: 1, count: 2 })).toEqual([1, 4, 2, 5]);
    expect(await read(bytes, 'column')).toEqual([1, 4]);
    expect(await read(bytes, 'scalar')).toEqual([4]);
    expect(await read(bytes, 'empty')).toEqual([]);
  });

  test('the same tensors out of an archive with zip64 fields', async () => {
    const bytes = archive(pickle(dict(['w', view([6], [1])])), { 0: six }, { zip64: true });
    expect(await read(bytes)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test.each(['module', 'state_dict'])(
    'a state dict under %s; what lies beside it is left out',
    async (wrapper) => {
      const meta = dict(
        ['epoch', int(3)],
        ['classes', `](${text('wall')}${text('tree')}e`],
        ['lr', 'G\0\0\0\0\0\0\0\0'],
      );
      const bytes = archive(pickle(dict(['meta', meta], [wrapper, orderedDict(['w', view([6], [1])])])), {
        0: six,
      });
      expect([...(await open(bytes)).infos.keys()]).toEqual(['w']);
    },
  );

  test('attributes of a state dict (_metadata) and parameters are plain data', async () => {
    const parameter = call(
      global('torch._utils', '_rebuild_parameter'),
      view([6], [1]),
      '\x88',
      orderedDict(),
    );
    const bytes = archive(pickle(orderedDict(['w', parameter]), dict(['_metadata', orderedDict()]), 'b'), {
      0: six,
    });
    expect(await read(bytes)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
