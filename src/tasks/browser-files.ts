/** Files of pictures and templates in a browser: on a server, and in the bundle. */
import ar from './templates/ar.json' with { type: 'json' };
import cn from './templates/cn.json' with { type: 'json' };
import en from './templates/en.json' with { type: 'json' };
import it from './templates/it.json' with { type: 'json' };
import jp from './templates/jp.json' with { type: 'json' };
import video from './templates/video.json' with { type: 'json' };
import type { Language, TemplateFile } from './templates.js';

/** The bytes at an address, which may be relative. @throws Error with the address when there are none. */
export async function pictureBytes(address: string | URL, signal?: AbortSignal): Promise<Uint8Array> {
  const url = new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href);
  const response = await fetch(url, signal && { signal }).catch((error) => {
    signal?.throwIfAborted();
    throw new Error(`${url}: expected a picture, got ${error}`);
  });
  if (!response.ok) throw new Error(`${url}: expected a picture, got status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

const files: Readonly<Record<Language, TemplateFile>> = { ar, cn, en, it, jp, video };

export const templateFile = async (language: Language): Promise<TemplateFile> => files[language];
