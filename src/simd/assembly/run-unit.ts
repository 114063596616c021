/** From the number of a job to its unit function. */
import { NOTHING } from './ops';

/** Computes unit `unit` of the job with number `op` and the given fields, with private memory at `scratch`. */
export function runUnit(op: i32, fields: usize, unit: i32, scratch: usize): void {
  switch (op) {
    case NOTHING:
      return;
    default:
      unreachable();
  }
}
