/**
 * Gradients whose joint norm is too large are scaled down together, as `torch.nn.utils.clip_grad_norm_` does.
 */

/** PyTorch's guard against a division by zero; it also makes a clipped norm a hair smaller than asked. */
const EPS = 1e-6;

/** √Σ g² over all gradients, summed in float64. NaN or Infinity when any element is. */
export function globalNorm(gradients: ReadonlyMap<string, Float32Array>): number {
  let squares = 0;
  for (const gradient of gradients.values()) {
    for (let i = 0; i < gradient.length; i++) squares += (gradient[i] ?? 0) ** 2;
  }
  return Math.sqrt(squares);
}

/** min(1, maxNorm / (norm + 1e-6)): the factor that brings gradients of this norm below `maxNorm`. */
export function clipCoefficient(norm: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (norm + EPS));
}

/**
 * Scales the gradients in place so that their joint norm is at most `maxNorm`; returns the norm they had.
 *
 * @throws RangeError when the norm is not finite: the step must not be made.
 */
export function clipGradients(gradients: ReadonlyMap<string, Float32Array>, maxNorm: number): number {
  const norm = globalNorm(gradients);
  if (!Number.isFinite(norm)) {
    const [name = 'none'] = [...gradients].find(([, values]) => !values.every(Number.isFinite)) ?? [];
    throw new RangeError(
      `expected finite gradients, got a norm of ${norm} (first at ${name}); lower the learning rate`,
    );
  }
  const coefficient = clipCoefficient(norm, maxNorm);
  if (coefficient < 1) for (const gradient of gradients.values()) scaleInPlace(gradient, coefficient);
  return norm;
}

function scaleInPlace(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
}
