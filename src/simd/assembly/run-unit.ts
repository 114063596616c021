/** From the number of a job to its unit function. */
import { attentionUnit } from './attention';
import { attentionBackwardUnit } from './attention-backward';
import { attentionRowUnit } from './attention-row';
import { gemmUnit } from './gemm';
import { gemmInt16Unit } from './gemm-int16';
import { gemvUnit } from './gemv';
import { gemvLeftUnit } from './gemv-left';
import { gemvTransposedUnit } from './gemv-transposed';
import { peakUnit, streamUnit } from './limits';
import {
  ATTENTION,
  ATTENTION_BACKWARD,
  ATTENTION_ROW,
  GEMM,
  GEMM_INT16,
  GEMV,
  GEMV_LEFT,
  GEMV_TRANSPOSED,
  NOTHING,
  PACK_LEFT,
  PACK_LEFT_INT16,
  PEAK,
  STREAM,
  SYNTHETIC,
} from './ops';
import { packLeftUnit } from './pack-left';
import { packLeftInt16Unit } from './pack-left-int16';
import { runRowUnit } from './run-row-unit';
import { syntheticUnit } from './synthetic';

/** Computes unit `unit` of the job with number `op` and the given fields, with private memory at `scratch`. */
export function runUnit(op: i32, fields: usize, unit: i32, scratch: usize): void {
  switch (op) {
    case NOTHING:
      return;
    case PACK_LEFT:
      return packLeftUnit(fields, unit, scratch);
    case GEMM:
      return gemmUnit(fields, unit, scratch);
    case PACK_LEFT_INT16:
      return packLeftInt16Unit(fields, unit, scratch);
    case GEMM_INT16:
      return gemmInt16Unit(fields, unit, scratch);
    case GEMV:
      return gemvUnit(fields, unit, scratch);
    case GEMV_LEFT:
      return gemvLeftUnit(fields, unit, scratch);
    case GEMV_TRANSPOSED:
      return gemvTransposedUnit(fields, unit, scratch);
    case ATTENTION:
      return attentionUnit(fields, unit, scratch);
    case ATTENTION_BACKWARD:
      return attentionBackwardUnit(fields, unit, scratch);
    case ATTENTION_ROW:
      return attentionRowUnit(fields, unit, scratch);
    case PEAK:
      return peakUnit(fields, unit, scratch);
    case STREAM:
      return streamUnit(fields, unit, scratch);
    case SYNTHETIC:
      return syntheticUnit(fields, unit, scratch);
    default:
      runRowUnit(op, fields, unit, scratch);
  }
}
