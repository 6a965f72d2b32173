import type * as Xattr from '@napi-rs/xattr';
import fs from 'node:fs';

import { nativeBinding } from './native-binding.ts';
import { byteString, systemPath, textOf } from './system-path.ts';
import { printablePath, type Attribute, type ByteString } from './tree-entry.ts';

const { getAttributeSync, listAttributesSync, removeAttributeSync, setAttributeSync } =
  nativeBinding<typeof Xattr>('@napi-rs/xattr');

export interface AttributeAccess {
  read(path: ByteString, isDirectory: boolean): readonly Attribute[];
  write(path: ByteString, isDirectory: boolean, attributes: readonly Attribute[]): void;
  remove(path: ByteString, isDirectory: boolean, names: readonly string[]): void;
}

const NONE: readonly Attribute[] = [];

/**
 * Reads and writes extended attributes, never through a symbolic link.
 *
 * @param alias a free ASCII path on the same file system: the library takes text only, so an inode whose path is not
 * UTF-8 gets a second name for the time of the call
 */
export function attributeAccess(alias: string): AttributeAccess {
  return {
    read: (path, isDirectory) => withText({ path, isDirectory, alias }, readAttributes),
    write(path, isDirectory, attributes) {
      withText({ path, isDirectory, alias }, (text) => {
        for (const { name, value } of attributes) attempt(path, () => setAttributeSync(text, name, value));
      });
    },
    remove(path, isDirectory, names) {
      withText({ path, isDirectory, alias }, (text) => {
        for (const name of names) attempt(path, () => removeAttributeSync(text, name));
      });
    },
  };

  function readAttributes(text: string): readonly Attribute[] {
    const names = attempt(text, () => listAttributesSync(text));
    if (names.length === 0) return NONE;
    return names.map((name) => {
      if (name.includes('\ufffd')) throw new RangeError(`an attribute name of \`${text}\` is not UTF-8`);
      return { name: byteString(name), value: attempt(text, () => getAttributeSync(text, name)) ?? Buffer.alloc(0) };
    });
  }
}

interface Inode {
  readonly path: ByteString;
  readonly isDirectory: boolean;
  readonly alias: string;
}

function withText<T>({ path, isDirectory, alias }: Inode, action: (text: string) => T): T {
  const text = textOf(path);
  if (text !== undefined) return action(text);
  return isDirectory ? throughDescriptor(path, action) : throughAlias(path, alias, action);
}

function throughDescriptor<T>(path: ByteString, action: (text: string) => T): T {
  const descriptor = fs.openSync(systemPath(path), fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    return action(`/proc/self/fd/${descriptor}/.`);
  } finally {
    fs.closeSync(descriptor);
  }
}

function throughAlias<T>(path: ByteString, alias: string, action: (text: string) => T): T {
  fs.linkSync(systemPath(path), alias);
  try {
    return action(alias);
  } finally {
    fs.unlinkSync(alias);
  }
}

const ERRNO: Readonly<Record<string, string>> = {
  '1': 'EPERM',
  '2': 'ENOENT',
  '7': 'E2BIG',
  '13': 'EACCES',
  '20': 'ENOTDIR',
  '22': 'EINVAL',
  '28': 'ENOSPC',
  '30': 'EROFS',
  '34': 'ERANGE',
  '95': 'EOPNOTSUPP',
  '122': 'EDQUOT',
};

/** The library tells an error's number in its text alone; callers decide by `code`, as for any system call. */
function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const number = /\(os error (\d+)\)/.exec(error instanceof Error ? error.message : '')?.[1] ?? '';
    const failure = new Error(`extended attributes of ${printablePath(path.slice(1))}: ${String(error)}`, {
      cause: error,
    });
    throw Object.assign(failure, { code: ERRNO[number] ?? 'EIO' });
  }
}
