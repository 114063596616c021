import { describe, expect, test } from 'vitest';

import type { BenchmarkRow } from '../../src/eval/emojiworld-benchmark.js';
import { resultsChart } from '../../src/eval/results-chart.js';
import { resultPanels } from '../../src/eval/results-panels.js';
import type { Shape } from '../../src/visual/drawing.js';
import { outside } from '../visual/outside.js';

const row = (name: string, value: number, goal: number | null = null): BenchmarkRow => {
  return { name, value, low: value - 0.1, high: value + 0.1, n: 100, goal };
};
const c = row('scenes, InternVL-C, en: text to image R@1', 0.5);
const g = row('scenes, InternVL-G, en: text to image R@1', 0.6, 0.7);
const icons = row('1 of 1369, openmoji (never seen), en: top-1', 0.25, 0.6);

const boxesOf = (shapes: readonly Shape[]) => shapes.filter((shape) => shape.kind === 'box');
const barOf = (shapes: readonly Shape[], { name }: BenchmarkRow) =>
  boxesOf(shapes).find(({ hint }) => hint?.startsWith(name)) ?? expect.unreachable(`no bar of ${name}`);

describe('the picture of results', () => {
  const chart = resultsChart([icons, c, g]);
  const { shapes, description } = chart;

  test('has a bar a row, as high as its value, both models side by side in one group', () => {
    const [first, second] = [barOf(shapes, c), barOf(shapes, g)];
    expect(second.height / first.height).toBeCloseTo(0.6 / 0.5);
    expect(first.y + first.height).toBe(second.y + second.height);
    expect(second.x - first.x).toBeGreaterThanOrEqual(first.width);
    expect(second.color).not.toEqual(first.color);
    expect(barOf(shapes, icons).hint).toBe(`${icons.name}: 25.0 % [15.0, 35.0], goal 60 %`);
  });

  test('has a whisker over the interval and a mark at the goal, where there is one', () => {
    const bar = barOf(shapes, g);
    const unit = bar.height / g.value;
    const whisker = boxesOf(shapes).filter(
      ({ width: wide, x }) => wide === 1 && x > bar.x && x < bar.x + bar.width,
    );
    expect(whisker).toHaveLength(1);
    expect(whisker[0]?.height).toBeCloseTo(0.2 * unit);
    const marks = boxesOf(shapes).filter(({ height: high }) => high === 2);
    expect(marks).toHaveLength(2); // of the two rows with a goal
    const mark = marks.find(({ x }) => Math.abs(x - bar.x) < 4);
    expect((mark?.y ?? 0) + 1).toBeCloseTo(bar.y + bar.height - 0.7 * unit);
  });

  test('keeps all on the paper and tells it in words', () => {
    expect(outside(chart)).toEqual([]);
    expect(description).toContain(
      'Retrieval of scenes: R@1, %. scenes, InternVL-C, en: text to image R@1: 50.0 %',
    );
  });

  test('leaves out what was not measured, and refuses to draw nothing', () => {
    const [panel, ...others] = resultPanels([g]);
    expect(others).toEqual([]);
    expect(panel).toMatchObject({ series: ['InternVL-G'], groups: [{ label: 'en T2I', bars: [g] }] });
    expect(() => resultsChart([row('another', 1)])).toThrow(
      'expected a row that a panel shows, got none of 1',
    );
  });
});
