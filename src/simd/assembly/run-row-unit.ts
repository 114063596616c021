/** From the number of a job over rows or elements to its unit function. */
import { activationBackwardUnit, activationUnit } from './activations';
import { columnSumUnit, sumPartialsUnit } from './column-sum';
import { classCrossEntropyUnit, crossEntropyUnit } from './cross-entropy';
import { gatedSiluBackwardUnit, gatedSiluUnit } from './gated-silu';
import { layerNormUnit } from './layer-norm';
import { layerNormBackwardUnit } from './layer-norm-backward';
import {
  ACTIVATION,
  ACTIVATION_BACKWARD,
  CLASS_CROSS_ENTROPY,
  COLUMN_SUM,
  CROSS_ENTROPY,
  GATED_SILU,
  GATED_SILU_BACKWARD,
  LAYER_NORM,
  LAYER_NORM_BACKWARD,
  RMS_NORM,
  RMS_NORM_BACKWARD,
  SOFTMAX,
  SOFTMAX_BACKWARD,
  SUM_PARTIALS,
} from './ops';
import { rmsNormUnit } from './rms-norm';
import { rmsNormBackwardUnit } from './rms-norm-backward';
import { softmaxBackwardUnit, softmaxUnit } from './softmax';

/** The part of `runUnit` that goes over rows and elements. */
export function runRowUnit(op: i32, fields: usize, unit: i32, scratch: usize): void {
  switch (op) {
    case ACTIVATION:
      return activationUnit(fields, unit, scratch);
    case ACTIVATION_BACKWARD:
      return activationBackwardUnit(fields, unit, scratch);
    case RMS_NORM:
      return rmsNormUnit(fields, unit, scratch);
    case RMS_NORM_BACKWARD:
      return rmsNormBackwardUnit(fields, unit, scratch);
    case LAYER_NORM:
      return layerNormUnit(fields, unit, scratch);
    case LAYER_NORM_BACKWARD:
      return layerNormBackwardUnit(fields, unit, scratch);
    case COLUMN_SUM:
      return columnSumUnit(fields, unit, scratch);
    case SUM_PARTIALS:
      return sumPartialsUnit(fields, unit, scratch);
    case GATED_SILU:
      return gatedSiluUnit(fields, unit, scratch);
    case GATED_SILU_BACKWARD:
      return gatedSiluBackwardUnit(fields, unit, scratch);
    case SOFTMAX:
      return softmaxUnit(fields, unit, scratch);
    case SOFTMAX_BACKWARD:
      return softmaxBackwardUnit(fields, unit, scratch);
    case CROSS_ENTROPY:
      return crossEntropyUnit(fields, unit, scratch);
    case CLASS_CROSS_ENTROPY:
      return classCrossEntropyUnit(fields, unit, scratch);
    default:
      unreachable();
  }
}
