/** A graphics device for machines without one: SwiftShader, which Debian's Chromium brings along. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = process.env.SWIFTSHADER ?? '/usr/lib/chromium';
const driver = join(folder, 'vk_swiftshader_icd.json');

export const hasSwiftShader = existsSync(driver);

/** The environment in which Dawn finds it, and Vulkan's loader beside it. */
export const swiftShader: NodeJS.ProcessEnv = {
  ...process.env,
  VK_ICD_FILENAMES: driver,
  LD_LIBRARY_PATH: [dirname(driver), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
};

/** The environment in which Vulkan finds no device. */
export const noDevice: NodeJS.ProcessEnv = { ...swiftShader, VK_ICD_FILENAMES: join(folder, 'none.json') };
