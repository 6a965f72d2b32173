import { expect, test } from 'vitest';

import { checkTools } from '../src/tool-missing.ts';

test('a program that the shell did not find is named', () => {
  const check = () => checkTools({ code: 127, stdout: '', stderr: 'sh: 3: mmdebstrap: not found\n' });

  expect(check).toThrow(
    expect.objectContaining({ code: 'TOOL_MISSING', message: expect.stringContaining('`mmdebstrap`') as string }),
  );
});

test('the same code without such a line names no program', () => {
  expect(() => checkTools({ code: 127, stdout: '', stderr: 'exec `sh`: No such file or directory\n' })).not.toThrow();
});
