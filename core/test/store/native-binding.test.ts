import * as xattr from '@napi-rs/xattr';
import { expect, it } from 'vitest';

import { nativeBinding } from '../../src/store/native-binding.ts';

it('the library of a package is what the package exports', () => {
  const { listAttributesSync } = nativeBinding<typeof xattr>('@napi-rs/xattr');
  expect(listAttributesSync(import.meta.dirname)).toEqual(xattr.listAttributesSync(import.meta.dirname));
});

it('a package that has no library of this name is asked itself', () => {
  expect(nativeBinding('fs-native-extensions')).toHaveProperty('tryLock');
});

it('a package that is not there is an error', () => {
  expect(() => nativeBinding('@napi-rs/nothing')).toThrow('@napi-rs/nothing');
});
