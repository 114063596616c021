/** Composed scenes of the test split as pictures, and their captions: what no training shows or tells. */
import { sceneCaptions } from '../emojiworld/captions.js';
import { composeScene, indexIcons } from '../emojiworld/compose.js';
import type { Concept, Language } from '../emojiworld/concepts.js';
import { loadIcons, sceneStyles } from '../emojiworld/icons.js';
import { createRandom } from '../emojiworld/random.js';
import { makeScene, type Scene } from '../emojiworld/scene.js';
import { sceneSeeds } from '../emojiworld/splits.js';
import type { RgbImage } from '../image/rgb-image.js';
import { type BenchmarkOptions, ICON_SIZE, loadOptions } from './emojiworld-benchmark.js';

/** Scenes of the first `count` seeds of the test split, with these concepts as actors. */
export function testScenes(count: number, concepts: readonly Concept[]): Scene[] {
  return sceneSeeds('test', count).map((seed) => makeScene(seed, { concepts, styles: sceneStyles }));
}

/** The pictures of scenes, at the model's size. A concept that a style lacks is drawn in another of the four. */
export async function drawScenes(scenes: readonly Scene[], options: BenchmarkOptions): Promise<RgbImage[]> {
  const cast = new Map(scenes.flatMap(({ actors }) => actors.map(({ concept }) => [concept.id, concept])));
  const concepts = [...cast.values()].sort((a, b) => a.id.localeCompare(b.id)); // one cache file for one cast
  const icons = indexIcons(await loadIcons(concepts, sceneStyles, ICON_SIZE, loadOptions(options)));
  const { size } = options;
  return scenes.map((scene) => {
    return { width: size, height: size, data: composeScene(scene, icons, size, sceneStyles).rgb };
  });
}

/** `count` captions of each scene, scene by scene, from random numbers that training does not use. */
export function captionsOf(scenes: readonly Scene[], language: Language, count: number): string[] {
  return scenes.flatMap((scene) => {
    return sceneCaptions(scene, language, count, createRandom(scene.seed, `test captions: ${language}`));
  });
}
