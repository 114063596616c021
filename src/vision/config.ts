/** The numbers of InternViT. Paper: table 1. Official code: `InternVisionConfig`. */
export interface InternVitConfig {
  readonly numChannels: number;
  readonly imageSize: number;
  readonly patchSize: number;
  readonly hiddenSize: number;
  readonly numHeads: number;
  readonly intermediateSize: number;
  readonly numLayers: number;
  readonly normEps: number;
  /** Whether the joint query/key/value projection has a bias (not in the 6B models). */
  readonly qkvBias: boolean;
  /** Whether queries and keys are RMS-normalised over all channels before they are split into heads. */
  readonly qkNormalization: boolean;
  /** LayerScale at the start of training. */
  readonly initializerFactor: number;
  /** Stochastic depth in training; 0 at inference. */
  readonly dropPathRate: number;
}

/** InternViT-6B: 48 blocks, 3200 wide, 25 heads, 5,902,793,600 parameters (paper: table 1, variant 6). */
export const internVit6B = {
  numChannels: 3,
  imageSize: 224,
  patchSize: 14,
  hiddenSize: 3200,
  numHeads: 25,
  intermediateSize: 12800,
  numLayers: 48,
  normEps: 1e-6,
  qkvBias: false,
  qkNormalization: true,
  initializerFactor: 0.1,
  dropPathRate: 0,
} as const satisfies InternVitConfig;

/** Patches along one side of the square that the position table describes. */
export function gridSide(config: InternVitConfig): number {
  return Math.floor(config.imageSize / config.patchSize);
}
