/** Configurations by name: the paper's model, and small complete ones to rehearse with. */
import { type InternVLConfig, internVL14B } from './config.js';

/** A model of every part (queries, cross-attention, language head, matching head) that is read in an instant. */
export const internVLTiny = {
  vision: {
    numChannels: 3,
    imageSize: 56,
    patchSize: 14,
    hiddenSize: 64,
    numHeads: 4,
    intermediateSize: 192,
    numLayers: 3,
    normEps: 1e-6,
    qkvBias: false,
    qkNormalization: true,
    initializerFactor: 0.1,
    dropPathRate: 0,
  },
  qllama: {
    vocabSize: 512,
    hiddenSize: 80,
    intermediateSize: 160,
    numLayers: 4,
    numHeads: 5,
    normEps: 1e-6,
    maxPositions: 256,
    ropeBase: 10000,
    bosTokenId: 1,
    eosTokenId: 2,
    padTokenId: 0,
    numQueries: 12,
    crossAttentionFrequency: 2,
    visionHiddenSize: 64,
  },
  clipEmbedDim: 32,
  attnPoolNumHeads: 4,
  forceImageSize: null,
  labelSmoothing: 0,
} as const satisfies InternVLConfig;

/** `weights/internvl-nano`: every part again, for pictures of 12 x 12 patches. */
export const internVLNano = {
  vision: {
    numChannels: 3,
    imageSize: 48,
    patchSize: 4,
    hiddenSize: 128,
    numHeads: 4,
    intermediateSize: 512,
    numLayers: 4,
    normEps: 1e-6,
    qkvBias: false,
    qkNormalization: true,
    initializerFactor: 0.1,
    dropPathRate: 0,
  },
  qllama: {
    vocabSize: 6144,
    hiddenSize: 128,
    intermediateSize: 344,
    numLayers: 4,
    numHeads: 4,
    normEps: 1e-6,
    maxPositions: 128,
    ropeBase: 10000,
    bosTokenId: 1,
    eosTokenId: 2,
    padTokenId: 0,
    numQueries: 16,
    crossAttentionFrequency: 2,
    visionHiddenSize: 128,
  },
  clipEmbedDim: 128,
  attnPoolNumHeads: 4,
  forceImageSize: null,
  labelSmoothing: 0,
} as const satisfies InternVLConfig;

/** By the name that a command line gives them. */
export const presets = {
  'internvl-14b': internVL14B,
  'internvl-tiny': internVLTiny,
  'internvl-nano': internVLNano,
} as const satisfies Readonly<Record<string, InternVLConfig>>;

export type PresetName = keyof typeof presets;
