/**
 * Moving clips, the miniature of Kinetics and MSR-VTT: one actor and what it does.
 *
 * A clip is, like a scene, a list of facts that follows from its seed alone: an actor where it starts, the
 * same one where it ends, and a ground that stays. Frames are scenes of the moments between.
 */
import { type ComposedScene, composeScene, type IconIndex } from './compose.js';
import type { Style } from './icons.js';
import { type Motion, motions } from './motions.js';
import { createRandom, type Random } from './random.js';
import { type Actor, type Ground, makeGround, type SceneOptions, type Stage } from './scene.js';
import { castOf, clipSplit } from './splits.js';

/** Frames of a clip (paper: table 8 samples eight of a video). */
const FRAMES = 8;

export interface Clip {
  readonly seed: number;
  readonly motion: Motion;
  readonly start: Actor;
  readonly end: Actor; // the same concept and style
  readonly ground: Ground;
}

type Pose = Pick<Actor, 'x' | 'y' | 'side' | 'rotation'>;

/**
 * The clip of a seed.
 *
 * @throws RangeError when no concept may be shown or there is no style.
 */
export function makeClip(seed: number, { concepts, styles }: SceneOptions): Clip {
  const cast = castOf(clipSplit(seed), concepts);
  if (cast.length === 0) throw new RangeError('expected at least 1 concept for clips, got 0');
  const random = createRandom(seed, 'clip');
  const motion = random.pick(motions);
  const looks = { concept: random.pick(cast), style: random.pick(styles) };
  const [start, end] = posesOf(motion, random);
  return {
    seed,
    motion,
    start: { ...looks, ...start },
    end: { ...looks, ...end },
    ground: makeGround(random),
  };
}

/** The clip at `time`, from 0 (start) to 1 (end). */
export function stageAt({ seed, start, end, ground }: Clip, time: number): Stage {
  const between = (key: keyof Pose) => start[key] + time * (end[key] - start[key]);
  const pose = { x: between('x'), y: between('y'), side: between('side'), rotation: between('rotation') };
  return { seed, actors: [{ ...start, ...pose }], ground };
}

/**
 * Draws `frames` moments of a clip, evenly spread from start to end; each has one mask. `others` as in
 * `composeScene`.
 *
 * @throws RangeError when `frames` is not an integer of at least 2; Error when no style has the icon.
 */
export function composeClip(
  clip: Clip,
  icons: IconIndex,
  size: number,
  others: readonly Style[] = [],
  frames = FRAMES,
): ComposedScene[] {
  if (!Number.isInteger(frames) || frames < 2)
    throw new RangeError(`expected at least 2 frames, got ${frames}`);
  return Array.from({ length: frames }, (_, i) =>
    composeScene(stageAt(clip, i / (frames - 1)), icons, size, others),
  );
}

/** First and last pose: apart in what the motion is about, equal in everything else. */
function posesOf(motion: Motion, random: Random): readonly [start: Pose, end: Pose] {
  const pose = {
    x: random.between(0.42, 0.58),
    y: random.between(0.42, 0.58),
    side: random.between(0.34, 0.44),
    rotation: random.between(-0.12, 0.12),
  };
  const far = 0.5 + random.between(0.2, 0.26);
  const near = 1 - far;
  const [small, large] = [random.between(0.22, 0.32), random.between(0.7, 0.8)];
  const turned = pose.rotation - Math.PI * random.between(1, 1.5); // clockwise is negative
  const poses: Readonly<Record<Motion, readonly [Partial<Pose>, Partial<Pose>]>> = {
    'moves to the right': [{ x: near }, { x: far }],
    'moves to the left': [{ x: far }, { x: near }],
    rises: [{ y: far }, { y: near }],
    falls: [{ y: near }, { y: far }],
    grows: [{ side: small }, { side: large }],
    shrinks: [{ side: large }, { side: small }],
    'turns clockwise': [{}, { rotation: turned }],
    'stays still': [{}, {}],
  };
  const [start, end] = poses[motion];
  return [
    { ...pose, ...start },
    { ...pose, ...end },
  ];
}
