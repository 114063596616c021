/** What a matrix product must satisfy, and what its jobs are told of it. */
import type { WeightKind } from '../nn/weight.js';
import type { Gemm, Matrix } from './gemm.js';
import type { Field } from './kernels.js';

export const bytesOf = { F32: 4, BF16: 2, F16: 2, I8: 1 } as const satisfies Record<WeightKind, number>;
/** As in `assembly/pack-right.ts`; `transposed` is float32 [k, n], the others are [n, k]. */
export const rightKinds = { F32: 0, BF16: 1, F16: 2, I8: 3, transposed: 4 } as const;
/** As in `assembly/epilogue.ts`. */
const activations = { none: 0, gelu: 1, silu: 2 } as const;

/** The fields with which every job that finishes a product begins: `assembly/epilogue.ts`. */
export function epilogueFields({ c, b, bias, activation, scale, residual, accumulate }: Gemm): Field[] {
  return [
    c.address,
    c.stride,
    b.scales ?? 0,
    bias ?? 0,
    activations[activation ?? 'none'],
    scale ?? 0,
    residual?.address ?? 0,
    residual?.stride ?? 0,
    Number(accumulate ?? false),
  ];
}

/**
 * @throws RangeError when a size is no count, rows overlap, or an address or stride is no multiple of an element;
 * TypeError when B is stored in a way that is not known.
 */
export function checkProduct({ m, n, k, a, b, c, residual }: Gemm): void {
  for (const [name, size] of Object.entries({ m, n, k })) {
    if (!Number.isInteger(size) || size < 0 || size >= 2 ** 31)
      throw new RangeError(`expected ${name} to be a count, got ${size}`);
  }
  if (b.layout === 'kn' && b.kind !== 'F32')
    throw new TypeError(`expected B [k, n] in F32, got ${b.kind}: narrow kinds are [n, k]`);
  if (b.kind === 'I8' && b.scales === undefined)
    throw new TypeError('expected int8 weights with scales, got none');
  if (b.kind !== 'I8' && b.scales !== undefined)
    throw new TypeError(`expected scales with int8 weights only, got ${b.kind}`);
  checkRows('A', a, a.layout === 'columns' ? [k, m] : [m, k], 4);
  checkRows('B', b, b.layout === 'kn' ? [k, n] : [n, k], bytesOf[b.kind]);
  checkRows('C', c, [m, n], 4);
  if (residual) checkRows('residual', residual, [m, n], 4);
}

function checkRows(
  name: string,
  { address, stride }: Matrix,
  [rows, columns]: [number, number],
  bytes: number,
) {
  if (address % bytes !== 0)
    throw new RangeError(`expected ${name} at a multiple of ${bytes}, got address ${address}`);
  if (rows < 2) return;
  if (stride < columns * bytes || stride % bytes !== 0)
    throw new RangeError(
      `expected rows of ${name} [${rows}, ${columns}] a multiple of ${bytes} and at least ${columns * bytes} bytes apart, got ${stride}`,
    );
}
