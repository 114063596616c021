/**
 * A checkpoint folder that someone has picked in a page: the files of an `<input webkitdirectory>`, or a
 * `FileSystemDirectoryHandle`. They are typed by what is needed of them, so that programs without types of the DOM
 * can be compiled.
 */
import { type BlobLike, blobBytes } from './blob-bytes.js';
import type { ByteSource } from './byte-source.js';
import type { Folder } from './folder.js';

/** What is needed of a `File`. */
export interface PickedFile extends BlobLike {
  readonly name: string;
  /** `folder/file` when a folder was picked. */
  readonly webkitRelativePath?: string;
}

/** What is needed of a `FileSystemDirectoryHandle`. */
export interface PickedFolder {
  readonly kind: 'directory';
  readonly name: string;
  getFileHandle(name: string): Promise<{ getFile(): Promise<PickedFile> }>;
  getDirectoryHandle(name: string): Promise<PickedFolder>;
}

/** A folder in one of the forms in which a page is given it. */
export type PickedFiles = PickedFolder | ArrayLike<PickedFile>;

/**
 * The folder, or one inside of it.
 *
 * @throws Error when there are no files, or no such folder inside.
 */
export async function pickedFolder(picked: PickedFiles, subfolder = ''): Promise<Folder> {
  return isHandle(picked) ? handleFolder(picked, subfolder) : listedFolder(picked, subfolder);
}

const isHandle = (picked: PickedFiles): picked is PickedFolder => 'getFileHandle' in picked;

/** By path within the folder: a file of another folder inside is none of the model. */
function listedFolder(picked: ArrayLike<PickedFile>, subfolder: string): Folder {
  const files = Array.from(picked);
  const [top = 'the files chosen'] = files[0]?.webkitRelativePath?.split('/').slice(0, -1) ?? [];
  const prefix = subfolder === '' ? '' : `${subfolder}/`;
  const byName = new Map(files.map((file) => [pathIn(file), file]));
  const names = [...byName.keys()].filter((path) => path.startsWith(prefix));
  if (names.length === 0)
    throw new Error(`${top}: expected the files of a model${inside(subfolder)}, got none`);
  return {
    description: `${top}${prefix && `/${subfolder}`}`,
    has: async (name) => byName.has(prefix + name),
    list: async () =>
      names
        .map((path) => path.slice(prefix.length))
        .filter((path) => !path.includes('/'))
        .sort(),
    async open(name): Promise<ByteSource> {
      const file = byName.get(prefix + name);
      if (file === undefined)
        throw new Error(`${top}/${prefix}${name}: expected a file, got none of that name`);
      return blobBytes(file, `${top}/${prefix}${name}`);
    },
  };
}

/** Without the name of the folder that was picked. */
function pathIn({ name, webkitRelativePath = '' }: PickedFile): string {
  return webkitRelativePath === '' ? name : webkitRelativePath.slice(webkitRelativePath.indexOf('/') + 1);
}

const inside = (subfolder: string): string => (subfolder === '' ? '' : ` in ${subfolder}`);

async function handleFolder(picked: PickedFolder, subfolder: string): Promise<Folder> {
  let folder = picked;
  for (const part of subfolder === '' ? [] : subfolder.split('/')) {
    folder = await folder.getDirectoryHandle(part).catch((error) => {
      throw new Error(`${folder.name}: expected a folder ${part}, got ${error}`);
    });
  }
  const description = [picked.name, ...(subfolder === '' ? [] : [subfolder])].join('/');
  return {
    description,
    async has(name) {
      try {
        await folder.getFileHandle(name);
        return true;
      } catch (error) {
        if (isAbsent(error)) return false;
        throw new Error(`${description}/${name}: expected a file or none, got ${error}`);
      }
    },
    async open(name) {
      const handle = await folder.getFileHandle(name).catch((error) => {
        throw new Error(`${description}/${name}: expected a file, got ${error}`);
      });
      return blobBytes(await handle.getFile(), `${description}/${name}`);
    },
  };
}

/** No such name, or a folder of that name. */
function isAbsent(error: unknown): boolean {
  return ['NotFoundError', 'TypeMismatchError'].includes((error as Error | undefined)?.name ?? '');
}
