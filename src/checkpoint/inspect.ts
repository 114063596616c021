/** What a checkpoint holds and what it takes to run it, from its headers alone. */
import { isScale } from './int8-tensor.js';
import { grouped, type MemoryNeeds, memoryNeeds } from './memory-need.js';
import { isIgnoredName } from './names.js';
import { type DType, elementCount, type TensorInfo, type TensorSource } from './tensor-source.js';

/** The parts of InternVL 1.0; `other` is what belongs to none of them. */
export type Part = 'vision' | 'qllama' | 'clip_projector' | 'clip_projector2' | 'heads' | 'other';

export interface Tally {
  readonly tensors: number;
  /** Scales of quantised tensors are none. */
  readonly parameters: number;
  /** Bytes in the files. */
  readonly bytes: number;
}

export interface CheckpointReport extends MemoryNeeds {
  readonly description: string;
  readonly tensors: readonly TensorInfo[];
  readonly total: Tally;
  readonly byPart: ReadonlyMap<Part, Tally>;
  /** Scales count with the tensors that they belong to. */
  readonly byDType: ReadonlyMap<DType, Tally>;
  readonly byFile: ReadonlyMap<string, Tally>;
  /** Tensors that no model reads (`isIgnoredName`). They count in `total`, not as memory. */
  readonly ignored: readonly string[];
}

/** Counts the tensors of an opened checkpoint. No weight is read. */
export function inspectCheckpoint(source: TensorSource): CheckpointReport {
  const tensors = [...source.infos.values()];
  const used = tensors.filter(({ name }) => !isIgnoredName(name));
  const isNoParameter = ({ name }: TensorInfo): boolean => isScale(name, source.infos);
  const tally = (group: readonly TensorInfo[]): Tally => ({
    tensors: group.length,
    parameters: sum(group, (info) => (isNoParameter(info) ? 0 : elementCount(info.shape))),
    bytes: sum(group, ({ byteLength }) => byteLength),
  });
  const tallies = <Key>(keyOf: (info: TensorInfo) => Key): Map<Key, Tally> =>
    new Map([...grouped(tensors, keyOf)].map(([key, group]) => [key, tally(group)]));
  return {
    description: source.description,
    tensors,
    total: tally(tensors),
    byPart: tallies(({ name }) => partOf(name)),
    byDType: tallies((info) => (isNoParameter(info) ? 'I8' : info.dtype)),
    byFile: tallies(({ file }) => file),
    ...memoryNeeds(used),
    ignored: tensors.filter(({ name }) => isIgnoredName(name)).map(({ name }) => name),
  };
}

const heads = /^(query_tokens|text_projection|logit_scale|itm_head\.(weight|bias))$/;

/** The part that a tensor of that official name belongs to. */
export function partOf(name: string): Part {
  if (name.startsWith('vision_model.')) return 'vision';
  if (name.startsWith('qllama.')) return 'qllama';
  if (name.startsWith('clip_projector.')) return 'clip_projector';
  if (name.startsWith('clip_projector2.')) return 'clip_projector2';
  return heads.test(name) ? 'heads' : 'other';
}

const sum = (tensors: readonly TensorInfo[], of: (info: TensorInfo) => number): number =>
  tensors.reduce((total, info) => total + of(info), 0);
