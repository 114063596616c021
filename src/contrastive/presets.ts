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

/** The numbers of `weights/internvl-nano`, as a complete model. */
export const internVLNano = {
  vision: {
    numChannels: 3,
    imageSize: 32,
    patchSize: 4,
    hiddenSize: 96,
    numHeads: 2,
    intermediateSize: 384,
    numLayers: 4,
    normEps: 1e-6,
    qkvBias: false,
    qkNormalization: true,
    initializerFactor: 0.1,
    dropPathRate: 0,
  },
  qllama: {
    vocabSize: 4096,
    hiddenSize: 96,
    intermediateSize: 256,
    numLayers: 2,
    numHeads: 2,
    normEps: 1e-6,
    maxPositions: 128,
    ropeBase: 10000,
    bosTokenId: 1,
    eosTokenId: 2,
    padTokenId: 0,
    numQueries: 8,
    crossAttentionFrequency: 2,
    visionHiddenSize: 96,
  },
  clipEmbedDim: 64,
  attnPoolNumHeads: 2,
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
