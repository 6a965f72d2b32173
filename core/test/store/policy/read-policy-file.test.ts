import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readPolicyFile } from '../../../src/store/policy/read-policy-file.ts';

const ME = process.getuid?.() ?? 0;
const isRoot = ME === 0;
let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'karapace-test-'));
  file = path.join(directory, 'policy.toml');
  await writeFile(file, '[policy]\n', { mode: 0o644 });
});
afterEach(() => rm(directory, { recursive: true }));

const refusal = (reason: string) => ({ code: 'POLICY_INVALID', message: `The policy \`${file}\` ${reason}` });

describe('a policy file', () => {
  test('is read, also through a link', async () => {
    await symlink('policy.toml', path.join(directory, 'link'));

    expect(readPolicyFile(file, [ME])).toBe('[policy]\n');
    expect(readPolicyFile(path.join(directory, 'link'), [ME])).toBe('[policy]\n');
  });

  test('need not be there', async () => {
    expect(readPolicyFile(path.join(directory, 'other'), [ME])).toBeUndefined();
    expect(readPolicyFile(path.join(file, 'below'), [ME])).toBeUndefined();
  });

  test.for([0o664, 0o646, 0o666])('that others may write is refused: %o', async (mode) => {
    await chmod(file, mode);

    expect(() => readPolicyFile(file, [ME])).toThrow(expect.objectContaining(refusal('may be written by others')));
  });

  test('in a directory where others may replace it is refused', async () => {
    await chmod(directory, 0o777);
    expect(() => readPolicyFile(file, [ME])).toThrow(expect.objectContaining({ code: 'POLICY_INVALID' }));

    await chmod(directory, 0o1777);
    expect(readPolicyFile(file, [ME])).toBe('[policy]\n');
  });

  test('of somebody else is refused', async () => {
    expect(() => readPolicyFile(file, [ME + 1])).toThrow(expect.objectContaining(refusal(`belongs to user ${ME}`)));
  });

  test.runIf(isRoot)('in a directory of somebody else is refused', async () => {
    await chown(directory, 1234, 1234);

    expect(() => readPolicyFile(file, [ME])).toThrow(expect.objectContaining({ code: 'POLICY_INVALID' }));
  });

  test('that is a directory, a pipe, too large or no text is refused at once', async () => {
    await rm(file);
    await mkdir(file);
    expect(() => readPolicyFile(file, [ME])).toThrow(expect.objectContaining(refusal('is no file')));
    await rm(file, { recursive: true });
    execFileSync('mkfifo', [file]);
    expect(() => readPolicyFile(file, [ME])).toThrow(expect.objectContaining(refusal('is no file')));
    await rm(file);
    await writeFile(file, '#'.repeat(300_000));
    expect(() => readPolicyFile(file, [ME])).toThrow(expect.objectContaining(refusal('is larger than 262144 bytes')));
    await writeFile(file, Buffer.from([0xff, 0xfe]));
    expect(() => readPolicyFile(file, [ME])).toThrow(expect.objectContaining(refusal('is not text in UTF-8')));
  });

  test('that is a link in a circle cannot be read', async () => {
    await rm(file);
    await symlink('policy.toml', file);

    expect(() => readPolicyFile(file, [ME])).toThrow(expect.objectContaining(refusal('cannot be read')));
  });
});
