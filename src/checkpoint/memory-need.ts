/** What memory weights take, by their headers: as float32 tensors, or with the matrices lent as they are stored. */
import { isKernelKind } from './dtype.js';
import { paddedLength } from './int8-tensor.js';
import { elementCount, type TensorInfo } from './tensor-source.js';

export interface MemoryNeed {
  /** Bytes of the weights as float32. */
  readonly weights: number;
  /** Bytes of the matrices of linear maps in the kind in which an engine keeps them. */
  readonly lent: number;
  /** Bytes as float32 of everything else. */
  readonly beside: number;
}

export interface MemoryNeeds {
  /** All weights at once. */
  readonly resident: MemoryNeed;
  /**
   * What belongs to no block, and the two largest blocks: one computes while the next is read. Of the
   * vocabulary's tables only rows are read.
   */
  readonly streamed: MemoryNeed;
  /** The largest block. */
  readonly block: MemoryNeed;
}

const nothing: MemoryNeed = { weights: 0, lent: 0, beside: 0 };
const vocabularyTable = /(embed_tokens|lm_head)\.weight(_scale)?$/;

/** The needs of a model that uses just these tensors. */
export function memoryNeeds(tensors: readonly TensorInfo[]): MemoryNeeds {
  const blocks = grouped(tensors, ({ name }) => name.match(/^.*\.layers\.\d+\./)?.[0]);
  const outside = (blocks.get(undefined) ?? []).filter(({ name }) => !vocabularyTable.test(name));
  blocks.delete(undefined);
  const bySize = [...blocks.values()].map(need).sort((a, b) => b.weights - a.weights);
  const [block = nothing, second = nothing] = bySize;
  const streamed = [need(outside), block, second].reduce(sum);
  return { resident: need(tensors), streamed, block };
}

function need(tensors: readonly TensorInfo[]): MemoryNeed {
  return tensors.map(needOf).reduce(sum, nothing);
}

/** Scales are kept beside a lent int8 matrix; as float32 the matrix needs none. */
function needOf({ name, shape, dtype, byteLength }: TensorInfo): MemoryNeed {
  const weights = 4 * elementCount(shape);
  const isTable = /embed_tokens\.weight(_scale)?$/.test(name);
  if (name.endsWith('.weight_scale')) return { weights: 0, lent: isTable ? 0 : weights, beside: 0 };
  const isLinear = shape.length >= 2 && name.endsWith('.weight') && !isTable;
  if (!isLinear) return { weights, lent: 0, beside: weights };
  if (dtype === 'I8') return { weights, lent: paddedLength(byteLength), beside: 0 };
  return { weights, lent: isKernelKind(dtype) ? byteLength : weights, beside: 0 };
}

const sum = (a: MemoryNeed, b: MemoryNeed): MemoryNeed => ({
  weights: a.weights + b.weights,
  lent: a.lent + b.lent,
  beside: a.beside + b.beside,
});

/** The tensors of each key, keys and tensors in the order in which they come. */
export function grouped<Key>(
  tensors: readonly TensorInfo[],
  keyOf: (info: TensorInfo) => Key,
): Map<Key, TensorInfo[]> {
  const groups = new Map<Key, TensorInfo[]>();
  for (const info of tensors) {
    const group = groups.get(keyOf(info));
    if (group) group.push(info);
    else groups.set(keyOf(info), [info]);
  }
  return groups;
}
