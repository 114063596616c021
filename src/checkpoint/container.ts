/** Which container a file is, by its first bytes and not by its name. */
import type { ByteSource } from './byte-source.js';
import { openPyTorch } from './pytorch.js';
import { openSafetensors } from './safetensors.js';
import type { TensorSource } from './tensor-source.js';

/** Opens a file of tensors of any kind. The bytes are closed when it fails, and with the source otherwise. */
export async function openTensorFile(bytes: ByteSource, signal?: AbortSignal): Promise<TensorSource> {
  try {
    const head = await bytes.read(0, Math.min(64, bytes.size), signal);
    const mistaken = notTensors(head);
    if (mistaken) throw new Error(`${bytes.description}: expected tensors, got ${mistaken}`);
    return await (startsWith(head, 'PK\x03\x04') ? openPyTorch : openSafetensors)(bytes, signal);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

/** Files that are often found where tensors should be, and what to do about it. */
function notTensors(head: Uint8Array): string | undefined {
  if (head.length === 0) return 'an empty file';
  if (startsWith(head, 'version https://git-lfs'))
    return 'a pointer of Git LFS: run `git lfs pull` in its folder';
  if (/^\s*<(!doctype|html|\?xml)/i.test(latin1(head))) return 'a web page: download the file itself';
  if (startsWith(head, 'GGUF')) return 'a GGUF file: use the safetensors or .bin files of the model';
  if (startsWith(head, legacyMagic)) {
    return 'a pickle as PyTorch wrote it before 1.6: load it there once and torch.save it again';
  }
  return undefined;
}

/** PROTO 2, LONG1, and the first bytes of the number 0x1950a86a20f9469cfc6c. */
const legacyMagic = '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46';

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const startsWith = (bytes: Uint8Array, text: string): boolean => latin1(bytes).startsWith(text);
