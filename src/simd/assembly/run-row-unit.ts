/** From the number of a job over rows or elements to its unit function. */
import { activationBackwardUnit, activationUnit } from './activations';
import { ACTIVATION, ACTIVATION_BACKWARD } from './ops';

/** The part of `runUnit` that goes over rows and elements. */
export function runRowUnit(op: i32, fields: usize, unit: i32, scratch: usize): void {
  switch (op) {
    case ACTIVATION:
      return activationUnit(fields, unit, scratch);
    case ACTIVATION_BACKWARD:
      return activationBackwardUnit(fields, unit, scratch);
    default:
      unreachable();
  }
}
