/** What a conversion writes for each tensor of a checkpoint: kinds are changed, quantised, or brought back. */
import { castTensor } from './cast.js';
import type { FloatDType } from './dtype.js';
import { dequantized } from './int8-source.js';
import { isScale, scaleInfo } from './int8-tensor.js';
import { isQuantizable, type Quantization, quantizedTensors } from './quantize.js';
import type { TensorToWrite } from './safetensors-bytes.js';
import type { TensorInfo, TensorSource } from './tensor-source.js';

export interface Kinds {
  /** Kind of the floating-point tensors; by default each keeps its own. */
  readonly dtype?: FloatDType | undefined;
  /** What becomes of the matrices of linear maps; by default they are as `dtype` says. */
  readonly quantize?: Quantization | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Tensors that must lie in the same file: one, or a matrix and its scales. */
export interface Unit {
  readonly tensors: readonly TensorToWrite[];
  /** That of them whose `pieces` are right only when all of its file has been written. */
  readonly late?: TensorToWrite;
}

/**
 * One unit for each of `infos` that is no scale. What is quantised already stays so, bit for bit, unless only `dtype`
 * is given: then it becomes that.
 */
export function planUnits(source: TensorSource, infos: readonly TensorInfo[], kinds: Kinds): Unit[] {
  const { dtype, quantize, signal } = kinds;
  const floats = dequantized(source);
  const keepsInt8 = quantize !== undefined || dtype === undefined;
  const unitOf = (info: TensorInfo): Unit => {
    const scale = scaleInfo(source, info);
    if (scale && keepsInt8) {
      return { tensors: [info, scale].map((each) => castTensor(source, each, undefined, signal)) };
    }
    if (quantize && isQuantizable(info)) {
      const { matrix, scales } = quantizedTensors(source, info, signal);
      return { tensors: [matrix, scales], late: scales };
    }
    return { tensors: [castTensor(floats, floats.infos.get(info.name) ?? info, dtype, signal)] };
  };
  return infos.filter(({ name }) => !isScale(name, source.infos)).map(unitOf);
}
