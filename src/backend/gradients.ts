/** Gradients of the operations the model uses; see the helper's work. */
export function registerGradients(): void {}
