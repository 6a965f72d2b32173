import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { serveFiles, type ServedFiles } from '@karapace/core/testing';

export interface ImageServer extends ServedFiles {
  /** File with the key that signs. */
  readonly keyring: string;
  /** Adds a build of an image and lists it; other signers make signatures that the keyring does not know. */
  publish(image: string, build: string, options?: PublishOptions): void;
  /** Where an image's builds are. */
  place(image: string): string;
}

export interface PublishOptions {
  readonly content?: string | undefined;
  /** Default: what `sha256sum` prints. */
  readonly checksums?: string | undefined;
  readonly signer?: 'ours' | 'stranger' | 'expired' | undefined;
}

const ARCH = process.arch === 'x64' ? 'amd64' : process.arch;
const SIGNERS = { ours: 'never', stranger: 'never', expired: 'seconds=1' } as const;

/** An image server of the linuxcontainers layout, on the loopback, whose checksums real keys sign. */
export async function openImageServer(): Promise<ImageServer> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'karapace-gpg-'));
  const gpg = (args: readonly string[], input = ''): Buffer =>
    execFileSync(
      'gpg',
      ['--homedir', home, '--batch', '--quiet', '--yes', '--faked-system-time', '20250601T000000', ...args],
      {
        input,
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
  for (const [name, expiry] of Object.entries(SIGNERS)) {
    gpg(['--passphrase', '', '--quick-generate-key', `${name}@example.invalid`, 'ed25519', 'sign', expiry]);
  }
  const keyring = path.join(home, 'images.gpg');
  gpg(['--output', keyring, '--export', 'ours@example.invalid', 'expired@example.invalid']);
  const served = await serveFiles();
  const builds = new Map<string, string[]>();
  const place = (image: string): string => `/images/${image}/${ARCH}/default`;

  return {
    ...served,
    keyring,
    place,
    publish(image, build, { content = `${image} ${build}`, checksums, signer = 'ours' } = {}) {
      const directory = `${place(image)}/${encodeURIComponent(build)}`;
      const archive = packImage(content);
      const text = checksums ?? `${'0'.repeat(64)}  disk.qcow2\n${sha256(archive)}  rootfs.tar.xz\n`;
      served.files.set(`${directory}/rootfs.tar.xz`, archive);
      served.files.set(`${directory}/SHA256SUMS`, Buffer.from(text));
      const signature = gpg(
        ['--local-user', `${signer}@example.invalid`, '--armor', '--detach-sign', '--output', '-'],
        text,
      );
      served.files.set(`${directory}/SHA256SUMS.asc`, signature);
      builds.set(image, [...(builds.get(image) ?? []), build]);
      served.files.set(`${place(image)}/`, indexPage(builds.get(image) ?? []));
    },
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]();
      execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
      rmSync(home, { recursive: true });
    },
  };
}

/** As web servers print it. */
export function indexPage(names: readonly string[]): Buffer {
  const rows = names.map((name) => `<tr><td><a href="${encodeURIComponent(name)}/">${name}/</a></td></tr>`);
  return Buffer.from(`<html><body><a href="../">..</a><table>${rows.join('\n')}</table></body></html>`);
}

function packImage(content: string): Buffer {
  const script = 'mkdir etc && cat > etc/os-release && tar --sort=name --mtime=@0 --owner=0 --group=0 -cJ etc';
  const directory = mkdtempSync(path.join(os.tmpdir(), 'karapace-image-'));
  try {
    return execFileSync('sh', ['-euc', script], { cwd: directory, input: content });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
