/** From the number of a job over rows or elements to its unit function. */
import { activationBackwardUnit, activationUnit } from './activations';
import { adamWUnit } from './adamw';
import { columnSumUnit, sumPartialsUnit } from './column-sum';
import { copyRowsUnit } from './copy-rows';
import { classCrossEntropyUnit, crossEntropyUnit } from './cross-entropy';
import { addUnit, scaleUnit, scaledResidualUnit } from './elementwise';
import { embeddingBackwardUnit, embeddingRowsUnit } from './embedding-rows';
import { gatedSiluBackwardUnit, gatedSiluUnit } from './gated-silu';
import { sumGradientsUnit, sumOfSquaresUnit } from './gradients';
import { layerNormUnit } from './layer-norm';
import { layerNormBackwardUnit } from './layer-norm-backward';
import {
  ACTIVATION,
  ACTIVATION_BACKWARD,
  ADAM_W,
  ADD,
  CLASS_CROSS_ENTROPY,
  COLUMN_SUM,
  COPY_ROWS,
  CROSS_ENTROPY,
  EMBEDDING_BACKWARD,
  EMBEDDING_ROWS,
  GATED_SILU,
  GATED_SILU_BACKWARD,
  LAYER_NORM,
  LAYER_NORM_BACKWARD,
  RESIDUAL,
  RESIDUAL_BACKWARD,
  RMS_NORM,
  RMS_NORM_BACKWARD,
  ROTARY,
  SCALE,
  SCALED_RESIDUAL,
  SOFTMAX,
  SOFTMAX_BACKWARD,
  SUM_GRADIENTS,
  SUM_OF_SQUARES,
  SUM_PARTIALS,
} from './ops';
import { residualBackwardUnit, residualUnit } from './residual';
import { rmsNormUnit } from './rms-norm';
import { rmsNormBackwardUnit } from './rms-norm-backward';
import { rotaryUnit } from './rotary';
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
    case ROTARY:
      return rotaryUnit(fields, unit, scratch);
    case RESIDUAL:
      return residualUnit(fields, unit, scratch);
    case RESIDUAL_BACKWARD:
      return residualBackwardUnit(fields, unit, scratch);
    case ADD:
      return addUnit(fields, unit, scratch);
    case SCALE:
      return scaleUnit(fields, unit, scratch);
    case SCALED_RESIDUAL:
      return scaledResidualUnit(fields, unit, scratch);
    case COPY_ROWS:
      return copyRowsUnit(fields, unit, scratch);
    case EMBEDDING_ROWS:
      return embeddingRowsUnit(fields, unit, scratch);
    case EMBEDDING_BACKWARD:
      return embeddingBackwardUnit(fields, unit, scratch);
    case ADAM_W:
      return adamWUnit(fields, unit, scratch);
    case SUM_OF_SQUARES:
      return sumOfSquaresUnit(fields, unit, scratch);
    case SUM_GRADIENTS:
      return sumGradientsUnit(fields, unit, scratch);
    default:
      unreachable();
  }
}
