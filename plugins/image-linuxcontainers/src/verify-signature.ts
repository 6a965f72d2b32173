import { copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { KarapaceError, type ResolveContext, type ToolResult } from '@karapace/core';

export interface Signed {
  readonly text: Buffer;
  readonly signature: Buffer;
  /** For messages. */
  readonly reference: string;
  readonly keyring: string;
}

const NOT_FOUND = 127;
const SCRIPT = 'exec gpgv --homedir /tmp --status-fd 1 --keyring /signed/keyring /signed/signature /signed/text';

/**
 * Checks a detached signature, in a sandbox, without network.
 *
 * @throws KarapaceError `MIRROR_FAILED` where no key of the keyring made it, `TOOL_MISSING`
 */
export async function verifySignature(signed: Signed, context: ResolveContext): Promise<void> {
  const directory = await mkdtemp(path.join(context.scratch, 'signed-'));
  await copyKeyring(signed.keyring, path.join(directory, 'keyring'));
  await writeFile(path.join(directory, 'text'), signed.text);
  await writeFile(path.join(directory, 'signature'), signed.signature);
  const result = await context.run({
    root: { kind: 'tools' },
    command: ['sh', '-euc', SCRIPT],
    mounts: [{ source: directory, target: '/signed', readOnly: true }],
  });
  if (result.code === NOT_FOUND) throw gpgvMissing();
  if (!isGood(result)) throw badSignature(signed, result);
}

/** A key that has expired or was revoked makes no good signature, even where gpgv is content with it. */
function isGood({ code, stdout }: ToolResult): boolean {
  return code === 0 && /^\[GNUPG:\] GOODSIG /mu.test(stdout) && /^\[GNUPG:\] VALIDSIG /mu.test(stdout);
}

async function copyKeyring(keyring: string, target: string): Promise<void> {
  try {
    await copyFile(keyring, target);
  } catch (error) {
    throw new KarapaceError('CONFIG_INVALID', `The keyring \`${keyring}\` of the image server cannot be read`, {
      hint: 'Put the keys that sign its images there, as a binary OpenPGP keyring, or name another file in `KARAPACE_IMAGE_KEYRING`.',
      cause: error,
    });
  }
}

function gpgvMissing(): KarapaceError {
  return new KarapaceError(
    'TOOL_MISSING',
    'The program `gpgv` is missing, and signatures of images are checked with it',
    {
      hint: 'Run `karapace doctor --fix`.',
    },
  );
}

function badSignature({ reference, keyring }: Signed, { stderr }: ToolResult): KarapaceError {
  return new KarapaceError(
    'MIRROR_FAILED',
    `The checksums of \`${reference}\` are not signed by a key of \`${keyring}\``,
    {
      hint: 'Do not use this image; check that the server and the keyring belong together.',
      cause: new Error(stderr.trim()),
    },
  );
}
