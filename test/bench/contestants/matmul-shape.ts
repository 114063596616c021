/** x·Wᵀ: x [m, k], W [n, k] → [m, n]. */
export interface MatmulSettings {
  readonly threads: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}
