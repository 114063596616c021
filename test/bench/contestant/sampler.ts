/** What a contestant offers to be timed, and what it tells about itself. */

export interface Sampler {
  /** One call, synchronous or not. When it gives a number, that is its time in milliseconds, measured by itself. */
  readonly run: () => unknown;
  /** Calls that make one sample; its time is divided by them. Default: 1. */
  readonly repeats?: number;
  /** What one call does, in floating-point operations, bytes or examples, for rows that state a rate. */
  readonly work?: number;
  /** Calls before the first sample. Default: 2. */
  readonly warmUps?: number;
}

export interface Prepared {
  readonly samplers: Readonly<Record<string, Sampler>>;
  /** Results that must agree with those of others. */
  readonly outputs?: Readonly<Record<string, Float32Array>>;
}

/** The module of a contestant exports `prepare`. The process ends afterwards, so nothing needs to be freed. */
export type Prepare<Settings> = (settings: Settings) => Promise<Prepared>;

/** One sample: its time, that of the canary before and after it, and the process's largest memory so far. */
export interface Sample {
  readonly milliseconds: number;
  readonly canaries: readonly [before: number, after: number];
  readonly peakBytes: number;
}

export type Request =
  | { readonly kind: 'prepare'; readonly module: string; readonly settings: unknown }
  | { readonly kind: 'sample'; readonly sampler: string };

export type Reply =
  | {
      readonly kind: 'prepared';
      /** What one call of each sampler does. */
      readonly work: Readonly<Record<string, number>>;
      readonly outputs: Readonly<Record<string, Float32Array>>;
    }
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'failed'; readonly message: string };
