/** Numbers of the jobs; `src/simd/ops.ts` has the same for the other side. */
export const NOTHING: i32 = 0;
