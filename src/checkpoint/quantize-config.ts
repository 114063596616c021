/**
 * What a quantised checkpoint says of itself: the `quantization_config` of its `config.json`, in the terms of
 * compressed-tensors (https://github.com/vllm-project/compressed-tensors, format `int-quantized`), and the metadata of
 * its safetensors.
 */
import { isFloatKind } from './dtype.js';
import { scaleName } from './int8-tensor.js';
import { isLinearMatrix } from './quantize.js';
import type { Metadata, TensorToWrite } from './safetensors-bytes.js';

type Header = Pick<TensorToWrite, 'name' | 'shape' | 'dtype'>;

function hasQuantized(tensors: readonly Header[]): boolean {
  const names = new Set(tensors.map(({ name }) => name));
  return tensors.some(({ name, dtype }) => dtype === 'I8' && names.has(scaleName(name)));
}

/** The description of a checkpoint of these tensors; undefined when none is quantised. */
export function quantizationConfig(tensors: readonly Header[]): object | undefined {
  if (!hasQuantized(tensors)) return undefined;
  const wide = tensors.filter((tensor) => isLinearMatrix(tensor) && isFloatKind(tensor.dtype));
  const weights = { num_bits: 8, type: 'int', symmetric: true, strategy: 'channel', dynamic: false };
  return {
    quant_method: 'compressed-tensors',
    format: 'int-quantized',
    quantization_status: 'compressed',
    config_groups: {
      group_0: { targets: ['Linear'], weights, input_activations: null, output_activations: null },
    },
    // A token table is a matrix too, though no `Linear`: to name it does no harm.
    ignore: wide.map(({ name }) => name.slice(0, -'.weight'.length)),
  };
}

/** Metadata of a file of these tensors; undefined (the default) when none is quantised. */
export function quantizationMetadata(tensors: readonly Header[]): Metadata | undefined {
  if (!hasQuantized(tensors)) return undefined;
  return { format: 'pt', quantization: 'I8 tensors: value = X.weight · X.weight_scale[row]' };
}
