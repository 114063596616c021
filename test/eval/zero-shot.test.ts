import { describe, expect, test } from 'vitest';

import { zeroShot } from '../../src/eval/zero-shot.js';
import { embeddingsOf } from '../../src/tasks/embeddings.js';

const rows = (...vectors: number[][]) =>
  embeddingsOf(Float32Array.from(vectors.flat()), vectors[0]?.length ?? 1);

describe('zero-shot accuracy', () => {
  test('counts the pictures whose own label is nearest', async () => {
    const labels = rows([1, 0], [0, 1], [-1, 0]);
    const pictures = rows([5, 1], [1, 5], [1, 5], [-2, 1]);
    const { top1, top5 } = await zeroShot(pictures, [0, 1, 0, 2], labels);
    expect(top1).toMatchObject({ hits: 3, n: 4 });
    expect(top5).toMatchObject({ hits: 4, n: 4 });
  });

  test('needs a label for each picture', async () => {
    await expect(zeroShot(rows([1, 0], [0, 1]), [0], rows([1, 0]))).rejects.toThrow(
      'expected a label for each of 2 pictures, got 1',
    );
  });
});
