/** Damages a checkpoint, so that a test sees it noticed. */
import { readFile, writeFile } from 'node:fs/promises';

import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';

/** Makes the first quarter of a tensor of a sharded checkpoint zero. */
export async function changeTensor(folder: string, name: string): Promise<void> {
  const source = await openCheckpoint(folder);
  const file = `${folder}/${source.infos.get(name)?.file}`;
  await source.close();
  const bytes = await readFile(file);
  const length = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  const [start, end] = header[name].data_offsets as [number, number];
  bytes.fill(0, 8 + length + start, 8 + length + start + Math.ceil((end - start) / 4));
  await writeFile(file, bytes);
}
