/** What a checkpoint holds and what it takes to run it, from its headers alone. */
import { grouped, type MemoryNeeds, memoryNeeds } from './memory-need.js';
import { isIgnoredName } from './names.js';
import { type DType, elementCount, type TensorInfo, type TensorSource } from './tensor-source.js';

/** The parts of InternVL 1.0; `other` is what belongs to none of them. */
export type Part = 'vision' | 'qllama' | 'clip_projector' | 'clip_projector2' | 'heads' | 'other';

export interface Tally {
  readonly tensors: number;
  readonly parameters: number;
  /** Bytes in the files. */
  readonly bytes: number;
}

export interface CheckpointReport extends MemoryNeeds {
  readonly description: string;
  readonly tensors: readonly TensorInfo[];
  readonly total: Tally;
  readonly byPart: ReadonlyMap<Part, Tally>;
  readonly byDType: ReadonlyMap<DType, Tally>;
  readonly byFile: ReadonlyMap<string, Tally>;
  /** Tensors that no model reads (`isIgnoredName`). They count in `total`, not as memory. */
  readonly ignored: readonly string[];
}

/** Counts the tensors of an opened checkpoint. No weight is read. */
export function inspectCheckpoint(source: TensorSource): CheckpointReport {
  const tensors = [...source.infos.values()];
  const used = tensors.filter(({ name }) => !isIgnoredName(name));
  return {
    description: source.description,
    tensors,
    total: tally(tensors),
    byPart: tallies(tensors, ({ name }) => partOf(name)),
    byDType: tallies(tensors, ({ dtype }) => dtype),
    byFile: tallies(tensors, ({ file }) => file),
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

function tally(tensors: readonly TensorInfo[]): Tally {
  const sum = (of: (info: TensorInfo) => number) => tensors.reduce((total, info) => total + of(info), 0);
  return {
    tensors: tensors.length,
    parameters: sum(({ shape }) => elementCount(shape)),
    bytes: sum(({ byteLength }) => byteLength),
  };
}

function tallies<Key>(tensors: readonly TensorInfo[], keyOf: (info: TensorInfo) => Key): Map<Key, Tally> {
  return new Map([...grouped(tensors, keyOf)].map(([key, group]) => [key, tally(group)]));
}
