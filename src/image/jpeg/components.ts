/**
 * The components of a JPEG picture: their coefficients while scans arrive, then their samples.
 *
 * Source: ITU-T T.81, A.1.1 (dimensions) and A.2 (order of blocks).
 */
import type { Plane } from './chroma.js';
import type { JpegComponent, JpegFrame } from './header.js';
import { inverseDct } from './inverse-dct.js';

export interface Component extends JpegComponent {
  readonly across: number; //      pixels of the picture per sample
  readonly down: number;
  readonly width: number; //       samples
  readonly height: number;
  readonly blocksAcross: number; // with those that only fill the last unit
  readonly blocksDown: number;
  readonly coefficients: Int16Array; // [blocksDown, blocksAcross, 64]
  /** The quantisation table that held when the first scan of the component came. */
  quantization?: Uint16Array;
}

/** Units (MCU) of the picture: the blocks that cover 8·maxH × 8·maxV pixels. */
export function unitsOf({ width, height, components }: JpegFrame): { across: number; down: number } {
  const [maxH, maxV] = finest(components);
  return { across: Math.ceil(width / (8 * maxH)), down: Math.ceil(height / (8 * maxV)) };
}

export function componentsOf(frame: JpegFrame): Component[] {
  const units = unitsOf(frame);
  const [maxH, maxV] = finest(frame.components);
  return frame.components.map((component) => {
    const [across, down] = [maxH / component.h, maxV / component.v];
    const [blocksAcross, blocksDown] = [units.across * component.h, units.down * component.v];
    const coefficients = new Int16Array(blocksAcross * blocksDown * 64);
    const [width, height] = [Math.ceil(frame.width / across), Math.ceil(frame.height / down)];
    return { ...component, across, down, width, height, blocksAcross, blocksDown, coefficients };
  });
}

/** The samples of a component whose scans have all been read. */
export function samplesOf(component: Component, quantization: Uint16Array): Plane {
  const { blocksAcross, blocksDown, coefficients } = component;
  const stride = 8 * blocksAcross;
  const data = new Uint8Array(stride * 8 * blocksDown);
  const block = new Int32Array(64);
  for (let row = 0, at = 0; row < blocksDown; row++) {
    for (let column = 0; column < blocksAcross; column++, at += 64) {
      for (let i = 0; i < 64; i++) block[i] = Math.imul(coefficients[at + i] ?? 0, quantization[i] ?? 0);
      inverseDct(block, data, 8 * (row * stride + column), stride);
    }
  }
  return { width: component.width, height: component.height, stride, data };
}

function finest(components: readonly JpegComponent[]): [number, number] {
  return [Math.max(...components.map(({ h }) => h)), Math.max(...components.map(({ v }) => v))];
}
