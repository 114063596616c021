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
   * What belongs to no block, and two that follow each other: one computes while the next is read. Of the
   * vocabulary's tables only rows are read.
   */
  readonly streamed: MemoryNeed;
  /** The same with one block at a time. */
  readonly oneByOne: MemoryNeed;
}

const nothing: MemoryNeed = { weights: 0, lent: 0, beside: 0 };
const blockName = /^(.*\.layers)\.(\d+)\./;
const vocabularyTable = /(embed_tokens|lm_head)\.weight(_scale)?$/;

/** The needs of a model that uses just these tensors. */
export function memoryNeeds(tensors: readonly TensorInfo[]): MemoryNeeds {
  const towers = grouped(tensors, ({ name }) => blockName.exec(name)?.[1]);
  const outside = need((towers.get(undefined) ?? []).filter(({ name }) => !vocabularyTable.test(name)));
  towers.delete(undefined);
  const blocks = [...towers.values()].map((tower) => {
    const byNumber = [...grouped(tower, ({ name }) => Number(blockName.exec(name)?.[2]))];
    return byNumber.sort(([a], [b]) => a - b).map(([, block]) => need(block));
  });
  const pairs = blocks.map((tower) => tower.map((block, i) => sum(block, tower[i + 1] ?? nothing)));
  return {
    resident: need(tensors),
    streamed: sum(outside, pairs.flat().reduce(most, nothing)),
    oneByOne: sum(outside, blocks.flat().reduce(most, nothing)),
  };
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

/** As much as both, each at its time. */
const most = (a: MemoryNeed, b: MemoryNeed): MemoryNeed => ({
  weights: Math.max(a.weights, b.weights),
  lent: Math.max(a.lent, b.lent),
  beside: Math.max(a.beside, b.beside),
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
