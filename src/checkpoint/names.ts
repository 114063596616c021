/**
 * Names of tensors: the layouts in which InternVL weights are found, brought to the names of
 * InternVL-14B-224px.
 *
 * A stand-alone InternViT gets the prefix `vision_model.`; the original `.pth` layout (`blocks.3.ls1.gamma`),
 * the tower of a LLaVA-style chat model and the backbone of a segmentation model become the same names.
 */
import { readTensor, type TensorInfo, type TensorSource, tensorInfo } from './tensor-source.js';

/** Buffers that follow from the configuration, and counters: never read, and not missed when unread. */
export function isIgnoredName(name: string): boolean {
  return /(^|[._])(inv_freq|position_ids|num_batches_tracked)$/.test(name);
}

const towerPrefixes = ['model.vision_tower.vision_tower.', 'vision_model.', 'backbone.', ''];

/** Names of the `.pth` layout → names of the Hugging Face layout, below the prefix of the tower. */
const towerLayout: readonly (readonly [RegExp, string])[] = [
  [/^cls_token$/, 'embeddings.class_embedding'],
  [/^pos_embed$/, 'embeddings.position_embedding'],
  [/^patch_embed\.proj\.(weight|bias)$/, 'embeddings.patch_embedding.$1'],
  [/^blocks\.(\d+)\.(ls[12])\.gamma$/, 'encoder.layers.$1.$2'],
  [/^blocks\.(\d+)\.(.+)$/, 'encoder.layers.$1.$2'],
];
const towerName = /^(embeddings\.(class_|position_|patch_)embedding|encoder\.layers\.\d+\.)/;

/** The official name of a stored tensor; a name that belongs to no known layout stays as it is. */
export function officialName(stored: string): string {
  const name = stored.replace(/^module\./, ''); // left by PyTorch's data-parallel training
  const prefix = towerPrefixes.find((candidate) => name.startsWith(candidate)) as string; // '' always fits
  const rest = name.slice(prefix.length);
  for (const [pattern, replacement] of towerLayout) {
    if (pattern.test(rest)) return `vision_model.${rest.replace(pattern, replacement)}`;
  }
  if (towerName.test(rest)) return `vision_model.${rest}`;
  return name.replace(/^transformer\./, 'qllama.model.');
}

/**
 * The same tensors under their official names.
 *
 * @throws Error when two stored tensors would get the same name.
 */
export function withOfficialNames(source: TensorSource): TensorSource {
  const stored = new Map<string, string>();
  const infos = new Map<string, TensorInfo>();
  for (const info of source.infos.values()) {
    const name = officialName(info.name);
    const other = stored.get(name);
    if (other !== undefined) {
      throw new Error(
        `${source.description}: expected one tensor for ${name}, got ${other} and ${info.name}`,
      );
    }
    stored.set(name, info.name);
    infos.set(name, { ...info, name });
  }
  const renamed: TensorSource = {
    description: source.description,
    infos,
    read: (name, rows, signal) => readTensor(renamed, name, rows, signal),
    async readInto(name, target, rows, signal) {
      tensorInfo(renamed, name);
      await source.readInto(stored.get(name) as string, target, rows, signal);
    },
    close: () => source.close(),
  };
  return renamed;
}
