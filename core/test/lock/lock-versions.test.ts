import { describe, expect, test } from 'vitest';

import { refusal } from './lock-fixture.ts';

describe('versions', () => {
  test.for([1, 2])('version %i is recognised as the Rust tool’s, with the way on', async (version) => {
    expect(await refusal(`lock_version = ${version}\nanything = true\n`)).toMatchObject({
      code: 'LOCK_VERSION',
      message: `The lock has version \`${version}\`: it is of the Rust tool of the same name`,
      hint: expect.stringContaining('`mv karapace.lock karapace.lock.old`, then `karapace build`'),
    });
  });

  test.for([0, -1])('version %d is no lock of anybody, and no upgrade helps', async (version) => {
    expect(await refusal(`lock_version = ${version}\n`)).toMatchObject({
      code: 'LOCK_VERSION',
      hint: expect.stringContaining('version control'),
    });
  });

  test.for(['not toml', 'a = 1\na = 2\n', 'a = nothing'])('%j, which is no TOML, has a way out', async (content) => {
    expect(await refusal(content)).toMatchObject({
      code: 'LOCK_INVALID',
      hint: expect.stringContaining('version control'),
    });
  });

  test.for(['lock_version = 4', 'lock_version = 3\nhash_version = 2'])('%j asks for an upgrade', async (content) => {
    expect(await refusal(content)).toMatchObject({ code: 'LOCK_VERSION', hint: expect.stringContaining('Upgrade') });
  });
});
