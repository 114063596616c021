/** Numbers of the jobs that the kernels know: the same as in `assembly/ops.ts`. */
export const ops = { nothing: 0 } as const;
