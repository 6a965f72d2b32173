import type * as Blake from '@napi-rs/blake-hash';

import { nativeBinding } from './native-binding.ts';

let library: typeof Blake | undefined;

/** Loaded for the first digest: loading it takes as long as a hundred small ones. */
function load(): typeof Blake {
  return (library ??= nativeBinding<typeof Blake>('@napi-rs/blake-hash'));
}

export function blake3(data: string | Buffer): Buffer {
  return load().blake3(data);
}

export function blake3Hasher(): Blake.Blake3Hasher {
  const { Blake3Hasher } = load();
  return new Blake3Hasher();
}
