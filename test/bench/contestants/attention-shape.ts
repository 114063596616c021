/** softmax(q·kᵀ/√D)·v of H heads over T tokens: q, k, v [H, T, D]. */
import { valuesOf } from './values.js';

export interface AttentionSettings {
  readonly threads: number;
  readonly heads: number;
  readonly tokens: number;
  readonly headDim: number;
}

/** Two products of [T, D] and [T, T] a head. */
export function attentionFlops({ heads, tokens, headDim }: AttentionSettings): number {
  return 4 * heads * tokens * tokens * headDim;
}

/** The values of q, k or v: [H, T, D]. */
export function headValues(name: string, settings: AttentionSettings): Float32Array<ArrayBuffer> {
  const { heads, tokens, headDim } = settings;
  return valuesOf(name, heads * tokens * headDim);
}
