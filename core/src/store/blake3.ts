import type * as Blake from '@napi-rs/blake-hash';

import { nativeBinding } from './native-binding.ts';

export const { blake3, Blake3Hasher } = nativeBinding<typeof Blake>('@napi-rs/blake-hash');
