/** From the number of a job to its unit function. */
import { attentionUnit } from './attention';
import { attentionBackwardUnit } from './attention-backward';
import { gemmUnit } from './gemm';
import { gemmInt16Unit } from './gemm-int16';
import { gemvUnit } from './gemv';
import { gemvLeftUnit } from './gemv-left';
import { peakUnit, streamUnit } from './limits';
import {
  ATTENTION,
  ATTENTION_BACKWARD,
  GEMM,
  GEMM_INT16,
  GEMV,
  GEMV_LEFT,
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
      packLeftUnit(fields, unit, scratch);
      return;
    case GEMM:
      gemmUnit(fields, unit, scratch);
      return;
    case PACK_LEFT_INT16:
      packLeftInt16Unit(fields, unit, scratch);
      return;
    case GEMM_INT16:
      gemmInt16Unit(fields, unit, scratch);
      return;
    case GEMV:
      gemvUnit(fields, unit, scratch);
      return;
    case GEMV_LEFT:
      gemvLeftUnit(fields, unit, scratch);
      return;
    case ATTENTION:
      attentionUnit(fields, unit, scratch);
      return;
    case ATTENTION_BACKWARD:
      attentionBackwardUnit(fields, unit, scratch);
      return;
    case PEAK:
      peakUnit(fields, unit, scratch);
      return;
    case STREAM:
      streamUnit(fields, unit, scratch);
      return;
    case SYNTHETIC:
      syntheticUnit(fields, unit, scratch);
      return;
    default:
      runRowUnit(op, fields, unit, scratch);
  }
}
