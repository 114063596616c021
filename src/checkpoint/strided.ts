/** Views of a storage that are not contiguous: transposed matrices, slices. */
import { elementCount } from './tensor-source.js';

export interface View {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Whether the elements of the view follow one another in row-major order. */
export function isContiguous({ shape, strides }: View): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (size !== 1 && strides[axis] !== step) return false;
    step *= size;
  }
  return true;
}

/** The elements from the first to the last that the view touches; nothing for an empty view. */
export function viewSpan({ offset, shape, strides }: View): { start: number; count: number } {
  if (elementCount(shape) === 0) return { start: offset, count: 0 };
  const reach = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] as number), 0);
  return { start: offset, count: reach + 1 };
}

/** Rows [start, start + count) of a view, itself a view. */
export function viewRows(view: View, start: number, count: number): View {
  const offset = view.offset + start * (view.strides[0] ?? 0);
  return { offset, shape: [count, ...view.shape.slice(1)], strides: view.strides };
}

/** The elements of a view in row-major order, out of the bytes of its span. */
export function gather(span: Uint8Array<ArrayBuffer>, view: View, itemSize: number): Uint8Array<ArrayBuffer> {
  const from = elements(span, itemSize);
  const out = new Uint8Array(elementCount(view.shape) * itemSize);
  const to = elements(out, itemSize);
  let written = 0;
  const copy = (axis: number, at: number): void => {
    const size = view.shape[axis] ?? 1;
    const stride = view.strides[axis] ?? 0;
    for (let i = 0; i < size; i++) {
      if (axis < view.shape.length - 1) copy(axis + 1, at + i * stride);
      else to[written++] = from[at + i * stride] as never; // both arrays are of the same kind
    }
  };
  if (to.length > 0) copy(0, 0);
  return out;
}

/** Bytes as elements of that size; the kind of number does not matter for copying. */
function elements(bytes: Uint8Array<ArrayBuffer>, itemSize: number) {
  const length = bytes.byteLength / itemSize;
  if (itemSize === 8) return new BigUint64Array(bytes.buffer, bytes.byteOffset, length);
  if (itemSize === 4) return new Uint32Array(bytes.buffer, bytes.byteOffset, length);
  if (itemSize === 2) return new Uint16Array(bytes.buffer, bytes.byteOffset, length);
  return bytes;
}
