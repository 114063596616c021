import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { memoryBytes } from '../../src/checkpoint/byte-source.js';
import { openPyTorch } from '../../src/checkpoint/pytorch.js';
import {
  archive,
  call,
  dict,
  global,
  int,
  orderedDict,
  pickle,
  tensor,
  text,
  tuple,
  zip,
} from './torch-archive.js';

const open = (bytes: Uint8Array) => openPyTorch(memoryBytes(bytes, 'dir/m.pth'));
const six = new Uint8Array(24);
const view = (shape: number[], strides: number[], offset = 0) =>
  tensor({ storage: 'FloatStorage', key: '0', size: 6, shape, strides, offset });
/** A checkpoint of one value `w` and six floats. */
const withTensor = (value: string) => archive(pickle(dict(['w', value])), { 0: six });

/** A tuple of a tuple of a tuple … each twice in the one around it: short to write, endless to print. */
const doubled = (depth: number) => `)${'q\x00h\x00\x86'.repeat(depth)}`;

describe('hostile PyTorch files', () => {
  test.each<[string, Uint8Array, string]>([
    ['os.system', withTensor(call(global('posix', 'system'), text('true'))), 'got posix.system'],
    ['eval', withTensor(call(global('builtins', 'eval'), text('1'))), 'got builtins.eval'],
    [
      'getattr by STACK_GLOBAL',
      withTensor(`${text('builtins')}${text('getattr')}\x93`),
      'got builtins.getattr',
    ],
    [
      'a numpy scalar',
      withTensor(global('numpy.core.multiarray', 'scalar')),
      'got numpy.core.multiarray.scalar',
    ],
    [
      'a method of OrderedDict',
      withTensor(global('collections', 'OrderedDict.fromkeys')),
      'got collections.Ordered',
    ],
    ['a name of the prototype', withTensor(global('torch', 'constructor')), 'got torch.constructor'],
    [
      'an object built by NEWOBJ',
      withTensor(`${global('collections', 'OrderedDict')})\x81`),
      'operation 0x81',
    ],
    ['text-mode integers', withTensor('I1\n'), 'operation 0x49'],
    ['a call of a tensor', withTensor(`${view([6], [1])})R`), 'expected a function and up to 16 arguments'],
    ['a storage that is none', withTensor(`${text('storage')}Q`), 'expected a storage as persistent id'],
    ['attributes of a list', withTensor(']}b'), 'expected attributes of a dict'],
    ['a pop of nothing', archive(pickle('0')), 'expected a value on the stack'],
    ['a pop through a mark', archive(pickle('N(0')), 'expected a value on the stack'],
    ['a memo that was never set', archive(pickle('h\x05')), 'expected a remembered value 5'],
    ['a text beyond the end', archive(pickle('X\xff\xff\xff\xff')), 'expected 4294967295 bytes'],
    [
      'a protocol of the future',
      archive(Buffer.from([0x80, 9, 0x4e, 0x2e])),
      'pickle protocol up to 5, got 9',
    ],
    ['a pickle without an end', archive(Buffer.from([0x80, 2])), 'expected 1 bytes'],
    ['no dict', archive(pickle('N')), 'expected a state dict'],
    [
      'a name of two lines',
      archive(pickle(dict(['a\nb', view([6], [1])])), { 0: six }),
      'without control characters',
    ],
    ['no tensors', archive(pickle(dict(['epoch', int(1)]))), 'got keys: ["epoch"]'],
    ['a dict inside itself', archive(pickle('}q\x00', `${text('module')}h\x00s`)), 'expected a state dict'],
    [
      'a view beyond its storage',
      withTensor(view([7], [1])),
      'expected a view of 6 elements (data/0), got [7]',
    ],
    ['an offset beyond', withTensor(view([6], [1], 1)), 'expected a view of 6 elements'],
    ['a stride beyond', withTensor(view([2, 3], [4, 1])), 'expected a view of 6 elements'],
    ['more elements than stored', withTensor(view([1000000, 6], [0, 1])), 'expected a view of 6 elements'],
    ['a negative offset', withTensor(view([1], [1], -1)), 'expected storage, offset, sizes and strides'],
    ['a negative stride', withTensor(view([2], [-1], 3)), 'expected storage, offset, sizes and strides'],
    ['fewer strides than sizes', withTensor(view([2, 3], [1])), 'expected 2 strides, got 1'],
    ['a blob of another size', archive(pickle(dict(['w', view([6], [1])])), { 0: six.slice(4) }), 'got 20'],
    ['a blob that is missing', archive(pickle(dict(['w', view([6], [1])]))), 'expected an entry data/0'],
    ['no pickle', zip({ 'm/data/0': six }), 'expected a PyTorch checkpoint with one data.pkl, got 0'],
    ['TorchScript', zip({ 'm/data.pkl': pickle('N'), 'm/constants.pkl': pickle('N') }), 'got TorchScript'],
    [
      'big-endian tensors',
      zip({ 'm/data.pkl': pickle('N'), 'm/byteorder': Buffer.from('big') }),
      'got big-endian',
    ],
    ['compressed entries', archive(pickle('N'), {}, { method: 8 }), 'got compression method 8'],
    ['encrypted entries', archive(pickle('N'), {}, { flags: 9 }), 'got an encrypted one'],
    ['no zip', Buffer.alloc(100), 'expected a zip archive, got none (is the file complete?)'],
    ['half an archive', archive(pickle('N')).subarray(0, 90), 'expected a zip archive'],
    [
      'an argument list that is no tuple',
      withTensor(`${global('collections', 'OrderedDict')}NR`),
      'expected a function',
    ],
    [
      'items for an OrderedDict',
      withTensor(call(global('collections', 'OrderedDict'), tuple(int(1)))),
      'expected an empty OrderedDict',
    ],
    [
      'a call with a thousand arguments',
      withTensor(call(global('torch', 'Size'), ...Array<string>(1000).fill('N'))),
      'expected a function and up to 16 arguments',
    ],
    ['a global that is no text', withTensor('NN\x93'), 'expected module and name of a global'],
    ['a key of 2^60 parts', archive(pickle('}', doubled(60), 'Ns')), 'got keys: []'],
    [
      'a shape of 2^60 parts',
      withTensor(call(global('torch._utils', '_rebuild_tensor_v2'), ...Array<string>(4).fill(doubled(60)))),
      'expected storage, offset, sizes and strides',
    ],
  ])('%s: refused, named, in one line', async (_, bytes, message) => {
    const problem = await open(bytes).then(
      () => 'no error',
      (error: Error) => error.message,
    );
    expect(problem).toContain(message);
    expect(problem).toMatch(/^dir\/m\.pth: [^\n]+$/);
  });

  test('archives with flipped or cut bytes are read within their bounds or refused', async () => {
    const honest = archive(pickle(orderedDict(['w', view([2, 3], [3, 1])], ['t', view([3, 2], [1, 3])])), {
      0: six,
    });
    const flips = fc.array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(flips, fc.nat(60), async (changes, cut) => {
      const bytes = new Uint8Array(honest.subarray(0, honest.length - (cut > 30 ? cut : 0)));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      try {
        const source = await open(bytes);
        for (const { name, byteLength } of source.infos.values()) {
          expect((await source.read(name)).byteLength).toBe(byteLength);
        }
      } catch (error) {
        expect(String(error)).toMatch(/^\w*Error: dir\/m\.pth: /);
      }
    });
    await fc.assert(property, { numRuns: 1000 });
  });

  test('any pickle at all ends in a value or an error', async () => {
    const codes = '().0N\x88\x89KMJGX]}ate)\x85\x86\x87usqrhjcRbQ\x80\x8a\x8c\x93\x94\x95';
    const program = fc.array(fc.oneof(fc.constantFrom(...codes), fc.string({ maxLength: 2 })), {
      maxLength: 40,
    });
    const property = fc.asyncProperty(program, async (pieces) => {
      const problem = await open(archive(pickle(...pieces))).then(
        () => 'no error',
        (error: Error) => error.message,
      );
      expect(problem).toMatch(/^dir\/m\.pth: /);
    });
    await fc.assert(property, { numRuns: 1000 });
  });
});
