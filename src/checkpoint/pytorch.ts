/**
 * `.bin` and `.pth` files as named tensors: a zip archive of `data.pkl`, which says what lies where, and
 * blobs `data/<key>`, from which tensors are read by range. No code of the file is run.
 */
import { type ByteSource, fileName } from './byte-source.js';
import { shown } from './json-text.js';
import { gather, isContiguous, viewRows, viewSpan } from './strided.js';
import {
  checkTarget,
  checkTensorName,
  elementCount,
  itemSize,
  readTensor,
  rowSpan,
  type TensorInfo,
  type TensorSource,
  tensorInfo,
} from './tensor-source.js';
import { isStoredTensor, type StoredTensor, torchVocabulary } from './torch-vocabulary.js';
import { unpickle } from './unpickle.js';
import { entryStart, readZipDirectory, type ZipDirectory, type ZipEntry } from './zip-archive.js';

/** Largest pickle believed; that of a model with a thousand tensors takes 150 KB. */
const maxPickleLength = 64_000_000;

/**
 * Opens a PyTorch checkpoint.
 *
 * @throws Error with the file's name for anything but tensors in plain containers.
 */
export async function openPyTorch(bytes: ByteSource, signal?: AbortSignal): Promise<TensorSource> {
  let archive: Archive;
  let stored: ReadonlyMap<string, StoredTensor>;
  try {
    archive = await openArchive(bytes, signal);
    stored = stateDict(unpickle(await readEntry(bytes, archive.pickle, signal), torchVocabulary));
    for (const [name, tensor] of stored) checkBlob(archive, name, tensor);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(`${bytes.description}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const file = fileName(bytes.description);
  const starts = new Map<string, number>(); // of blobs, once they were read
  const infos = new Map([...stored].map(([name, tensor]) => [name, infoOf(name, tensor, file)]));
  const source: TensorSource = {
    description: bytes.description,
    infos,
    read: (name, rows, readSignal) => readTensor(source, name, rows, readSignal),
    async readInto(name, target, rows, readSignal) {
      checkTarget(name, target, rowSpan(tensorInfo(source, name), rows).length);
      const { storage, ...whole } = stored.get(name) as StoredTensor;
      const view = rows ? viewRows(whole, rows.start, rows.count) : whole;
      const { start, count } = viewSpan(view);
      const size = itemSize[storage.dtype];
      const blob =
        starts.get(storage.key) ?? (await entryStart(bytes, blobOf(archive, storage.key), readSignal));
      starts.set(storage.key, blob);
      if (isContiguous(view)) return bytes.readInto(blob + start * size, target, readSignal);
      target.set(gather(await bytes.read(blob + start * size, count * size, readSignal), view, size));
    },
    close: () => bytes.close(),
  };
  return source;
}

interface Archive {
  readonly directory: ZipDirectory;
  /** The folder in the archive, named after the file when it was saved. */
  readonly root: string;
  readonly pickle: ZipEntry;
}

async function openArchive(bytes: ByteSource, signal?: AbortSignal): Promise<Archive> {
  const directory = await readZipDirectory(bytes, signal);
  const pickles = [...directory.values()].filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle, ...more] = pickles;
  if (!pickle || more.length > 0) {
    throw new Error(`expected a PyTorch checkpoint with one data.pkl, got ${pickles.length} in the archive`);
  }
  const root = pickle.name.slice(0, -'data.pkl'.length);
  if (directory.has(`${root}constants.pkl`)) {
    throw new Error('expected a PyTorch checkpoint, got TorchScript: save its state_dict() with torch.save');
  }
  if (pickle.size > maxPickleLength) {
    throw new RangeError(`expected a data.pkl below ${maxPickleLength} bytes, got ${pickle.size}`);
  }
  const byteOrder = directory.get(`${root}byteorder`);
  if (byteOrder && byteOrder.size <= 16) {
    const order = new TextDecoder().decode(await readEntry(bytes, byteOrder, signal));
    if (order !== 'little') throw new Error(`expected little-endian tensors, got ${order}-endian ones`);
  }
  return { directory, root, pickle };
}

async function readEntry(bytes: ByteSource, entry: ZipEntry, signal?: AbortSignal): Promise<Uint8Array> {
  return bytes.read(await entryStart(bytes, entry, signal), entry.size, signal);
}

/** Keys under which training programs wrap a state dict (DeepSpeed, mmseg). */
const wrappers = ['module', 'state_dict'];

/**
 * The tensors of a state dict, wrapped or not. What else a checkpoint holds (epoch, optimizer) is left out.
 */
function stateDict(pickled: unknown): Map<string, StoredTensor> {
  const value = unwrapped(pickled);
  const tensors = new Map<string, StoredTensor>();
  for (const [key, entry] of value) {
    if (typeof key !== 'string' || !isStoredTensor(entry)) continue;
    checkTensorName(key);
    tensors.set(key, entry);
  }
  if (tensors.size === 0) {
    const keys = shown([...value.keys()].filter((key) => typeof key === 'string').slice(0, 5));
    throw new Error(`expected tensors, or a dict under ${wrappers.join(' or ')}, got keys: ${keys}`);
  }
  return tensors;
}

function unwrapped(pickled: unknown): Map<unknown, unknown> {
  let value = pickled;
  for (let depth = 0; depth < 4 && value instanceof Map; depth++) {
    const dict = value;
    const wrapper = wrappers.find((key) => dict.get(key) instanceof Map);
    if (wrapper === undefined) return dict;
    value = dict.get(wrapper);
  }
  throw new TypeError('expected a state dict, got another value');
}

function checkBlob(archive: Archive, name: string, { storage }: StoredTensor): void {
  const { size } = blobOf(archive, storage.key);
  const expected = storage.size * itemSize[storage.dtype];
  if (size !== expected) {
    throw new RangeError(`${name}: expected ${expected} bytes in data/${storage.key}, got ${size}`);
  }
}

function blobOf({ directory, root }: Archive, key: string): ZipEntry {
  const entry = directory.get(`${root}data/${key}`);
  if (!entry) throw new Error(`expected an entry data/${key} in the archive, got none`);
  return entry;
}

function infoOf(name: string, { storage, shape }: StoredTensor, file: string): TensorInfo {
  const byteLength = elementCount(shape) * itemSize[storage.dtype];
  return { name, dtype: storage.dtype, shape, byteLength, file };
}
