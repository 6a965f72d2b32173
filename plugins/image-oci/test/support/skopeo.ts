import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Copies an image between layouts and registries on loopback, as people do. */
export async function skopeoCopy(from: string, to: string, ...options: readonly string[]): Promise<void> {
  const tls = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  await run('skopeo', ['--insecure-policy', 'copy', '--quiet', ...tls, ...options, from, to]);
}

/** The digest by which a registry knows an image. */
export async function skopeoDigest(image: string, ...options: readonly string[]): Promise<string> {
  const { stdout } = await run('skopeo', [
    'inspect',
    '--tls-verify=false',
    '--format',
    '{{.Digest}}',
    ...options,
    image,
  ]);
  return stdout.trim();
}
