/** From the number of a job to its unit function. */
import { attentionUnit } from './attention';
import { gemmUnit } from './gemm';
import { peakUnit, streamUnit } from './limits';
import { ATTENTION, GEMM, NOTHING, PACK_LEFT, PEAK, STREAM } from './ops';
import { packLeftUnit } from './pack-left';
import { runRowUnit } from './run-row-unit';

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
    case ATTENTION:
      attentionUnit(fields, unit, scratch);
      return;
    case PEAK:
      peakUnit(fields, unit, scratch);
      return;
    case STREAM:
      streamUnit(fields, unit, scratch);
      return;
    default:
      runRowUnit(op, fields, unit, scratch);
  }
}
