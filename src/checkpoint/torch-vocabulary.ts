/**
 * What a PyTorch checkpoint may name: storages, the functions that make tensors of them, and OrderedDict.
 * Nothing is called but these, and all they do is to write down where a tensor lies.
 */
import type { Vocabulary } from './pickle-machine.js';
import { type DType, elementCount } from './tensor-source.js';

/** One blob of an archive: `data/<key>`, `size` elements. */
export interface Storage {
  readonly dtype: DType;
  readonly key: string;
  readonly size: number;
}

/** A view of a storage: element [i, j, …] is at offset + i · strides[0] + j · strides[1] + … */
export interface StoredTensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

const storageTypes: ReadonlyMap<string, DType> = new Map([
  ['DoubleStorage', 'F64'],
  ['FloatStorage', 'F32'],
  ['HalfStorage', 'F16'],
  ['BFloat16Storage', 'BF16'],
  ['LongStorage', 'I64'],
  ['IntStorage', 'I32'],
  ['ShortStorage', 'I16'],
  ['CharStorage', 'I8'],
  ['ByteStorage', 'U8'],
  ['BoolStorage', 'BOOL'],
]);

const functions: ReadonlyMap<string, (...args: unknown[]) => unknown> = new Map([
  ['collections.OrderedDict', orderedDict],
  ['torch.Size', (sizes: unknown) => sizes],
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', (data: unknown) => data],
]);

/** Stands for a storage type in a pickle until a persistent id names the storage. */
class StorageType {
  readonly dtype: DType;
  constructor(dtype: DType) {
    this.dtype = dtype;
  }
}

/** Far more axes than any tensor has. */
const maxRank = 16;
const tensors = new WeakSet<object>();

/** Whether a value out of a pickle is a tensor. */
export function isStoredTensor(value: unknown): value is StoredTensor {
  return typeof value === 'object' && value !== null && tensors.has(value);
}

export const torchVocabulary: Vocabulary = {
  global(module, name) {
    const full = `${module}.${name}`;
    const dtype = module === 'torch' ? storageTypes.get(name) : undefined;
    const found = dtype ? new StorageType(dtype) : functions.get(full);
    if (found) return found;
    throw new Error(
      `expected only tensors and plain data, got ${full}: save the state dict alone with torch.save`,
    );
  },
  persistent(id) {
    const [kind, type, key, , size] = Array.isArray(id) ? id : [];
    if (kind !== 'storage' || !(type instanceof StorageType) || typeof key !== 'string' || !isCount(size)) {
      throw new TypeError('expected a storage as persistent id, got another value');
    }
    return { dtype: type.dtype, key, size } satisfies Storage;
  },
};

/** Python 3 makes it empty and sets its items afterwards. */
function orderedDict(...args: unknown[]): Map<unknown, unknown> {
  if (args.length > 0) throw new TypeError('expected an empty OrderedDict to begin with, got arguments');
  return new Map();
}

/**
 * torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks), the last two unused.
 */
function rebuildTensor(...[storage, offset, shape, strides]: unknown[]): StoredTensor {
  if (!isStorage(storage) || !isCount(offset) || !isSizes(shape) || !isSizes(strides)) {
    throw new TypeError('expected storage, offset, sizes and strides of a tensor, got other values');
  }
  if (shape.length !== strides.length) {
    throw new RangeError(`expected ${shape.length} strides, got ${strides.length}`);
  }
  const count = elementCount(shape);
  const last = offset + shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] as number), 0);
  if (count > 0 && (last >= storage.size || count > storage.size)) {
    const view = `[${shape.join(', ')}] with strides [${strides.join(', ')}] from ${offset}`;
    throw new RangeError(`expected a view of ${storage.size} elements (data/${storage.key}), got ${view}`);
  }
  const tensor: StoredTensor = { storage, offset, shape, strides };
  tensors.add(tensor);
  return tensor;
}

const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;
const isSizes = (x: unknown): x is number[] => Array.isArray(x) && x.length <= maxRank && x.every(isCount);
const isStorage = (x: unknown): x is Storage =>
  typeof x === 'object' && x !== null && 'dtype' in x && 'key' in x && 'size' in x;
