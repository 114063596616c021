/** safetensors files as named tensors, read by range. */
import type { ByteSource } from './byte-source.js';
import { readSafetensorsHeader, type SafetensorsHeader } from './safetensors-header.js';
import { checkTarget, readTensor, rowSpan, type TensorSource, tensorInfo } from './tensor-source.js';

export interface SafetensorsFile extends TensorSource {
  readonly metadata: SafetensorsHeader['metadata'];
}

/** Opens a safetensors file: its header is read and checked, its data only when asked for. */
export async function openSafetensors(bytes: ByteSource, signal?: AbortSignal): Promise<SafetensorsFile> {
  const { tensors, metadata } = await readSafetensorsHeader(bytes, signal);
  const starts = new Map(tensors.map(({ name, start }) => [name, start]));
  const infos = new Map(tensors.map(({ start: _, ...info }) => [info.name, info]));
  const file: SafetensorsFile = {
    description: bytes.description,
    metadata,
    infos,
    read: (name, rows, readSignal) => readTensor(file, name, rows, readSignal),
    async readInto(name, target, rows, readSignal) {
      const { offset, length } = rowSpan(tensorInfo(file, name), rows);
      checkTarget(name, target, length);
      await bytes.readInto((starts.get(name) ?? 0) + offset, target, readSignal);
    },
    close: () => bytes.close(),
  };
  return file;
}
