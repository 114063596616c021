import { describe, expect, test } from 'vitest';

import { allTemplateSets, checkTemplates, fillTemplate, templateSet } from '../../src/tasks/templates.js';

/** Number of sentences, and of different ones where some stand twice, as the official files have them. */
const COUNTS: Record<string, [sentences: number, distinct?: number]> = {
  imagenet1k: [80],
  cifar10: [18],
  mnist: [1],
  caltech101: [34],
  sun397: [2],
  fgvc_aircraft: [2],
  country211: [5],
  cars: [8],
  birdsnap: [1],
  dtd: [8],
  eurosat: [3],
  fer2013: [6],
  flowers: [1],
  food101: [1],
  gtsrb: [3],
  pets: [1],
  renderedsst2: [1],
  resisc45: [4],
  stl10: [2],
  voc2007: [1],
  'imagenet1k-cn': [80, 78],
  'imagenet1k-jp': [37],
  'imagenet1k-ar': [55],
  'imagenet1k-it': [49, 46],
  kinetics: [28],
};

describe('the official template sets', () => {
  test('have the counts of the official files', async () => {
    const sets = await allTemplateSets();
    const counts = sets.map(({ name, templates }) => {
      const distinct = new Set(templates).size;
      return [name, distinct === templates.length ? [templates.length] : [templates.length, distinct]];
    });
    expect(Object.fromEntries(counts)).toEqual(COUNTS);
  });

  test('have a place for the label in every sentence, and a source', async () => {
    for (const { templates, source } of await allTemplateSets()) {
      checkTemplates(templates);
      expect(source).toMatch(/CLIP|benchmark/);
    }
  });

  test('keep the spelling of the protocol', async () => {
    expect((await templateSet('resisc45')).templates[0]).toBe('a sattelite image of {c}');
    expect((await templateSet('imagenet-ar')).templates[12]).toBe(' صورة يصعب فيها رؤية {c} ');
    expect((await templateSet('imagenet-cn')).templates[0]).toBe('{c}的照片。');
  });

  test('are found under the names of the data sets that borrow them', async () => {
    const imagenet = await templateSet('imagenet1k');
    expect(await templateSet('imagenet')).toEqual(imagenet);
    expect(await templateSet('objectnet')).toEqual(imagenet);
    await expect(templateSet('imagenette')).rejects.toThrow("got 'imagenette'");
  });
});

test('a label replaces every placeholder, whatever it contains', () => {
  expect(fillTemplate('{c}, not {c}', 'cat')).toBe('cat, not cat');
  expect(fillTemplate('This is a photo of {}', 'a $& dog')).toBe('This is a photo of a $& dog');
});
