import { KarapaceError, type ArchivePin, type ResolveContext } from '@karapace/core';

import { findChecksum } from './checksums.ts';
import { parseReference } from './image-reference.ts';
import { highestVersion, newestBuild } from './index-page.ts';
import { checkNotOlder } from './last-build.ts';
import { serverOf, type Server, type ServerSettings } from './server-settings.ts';
import { verifySignature } from './verify-signature.ts';

const ROOTFS = 'rootfs.tar.xz';
/** Bytes. */
const MAX_PAGE = 4 * 1024 ** 2;
const MAX_CHECKSUMS = 256 * 1024;
/** Node's names of architectures to those of the server's directories. */
const ARCHITECTURES: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: 'amd64', arm64: 'arm64' };

interface Question {
  readonly reference: string;
  readonly server: Server;
  readonly context: ResolveContext;
}

/**
 * Pins the newest build of an image.
 *
 * @throws KarapaceError `CONFIG_INVALID`, `IMAGE_UNKNOWN`, `MIRROR_FAILED`, and those of `HttpClient`
 */
export async function resolveImage(
  reference: string,
  settings: ServerSettings,
  context: ResolveContext,
): Promise<ArchivePin> {
  const { distribution, release: wanted } = parseReference(reference);
  const question = { reference, server: serverOf(settings, reference), context };
  const release = wanted ?? (await findRelease(distribution, question));
  const arch = ARCHITECTURES[process.arch] ?? process.arch;
  const address = `${question.server.url}/images/${distribution}/${release}/${arch}/default`;
  const build = newestBuild(await readPage(`${address}/`, question), Date.now());
  if (build === undefined) throw unknownImage(question, address);
  const directory = `${address}/${encodeURIComponent(build)}`;
  const sha256 = await readChecksum(directory, question);
  await checkNotOlder(address, { build, sha256 }, context);
  const named = { name: `${distribution}-${release}`, version: build, arch, url: `${directory}/${ROOTFS}` };
  return { ...named, sha256, size: await readSize(named.url, question) };
}

async function findRelease(distribution: string, question: Question): Promise<string> {
  const address = `${question.server.url}/images/${distribution}`;
  const release = highestVersion(await readPage(`${address}/`, question));
  if (release === undefined) throw unknownImage(question, address);
  return release;
}

async function readPage(url: string, question: Question): Promise<string> {
  return (await readDocument(url, MAX_PAGE, question)).toString('utf8');
}

async function readChecksum(directory: string, question: Question): Promise<string> {
  const { reference, server, context } = question;
  const text = await readDocument(`${directory}/SHA256SUMS`, MAX_CHECKSUMS, question);
  const signature = await readDocument(`${directory}/SHA256SUMS.asc`, MAX_CHECKSUMS, question);
  await verifySignature({ text, signature, reference, keyring: server.keyring }, context);
  const digest = findChecksum(text.toString('utf8'), ROOTFS);
  if (digest !== undefined) return digest;
  throw new KarapaceError('MIRROR_FAILED', `The checksums of \`${reference}\` do not say one of \`${ROOTFS}\``, {
    hint: 'Try again later; the server may be making a new build.',
  });
}

async function readDocument(url: string, maxBytes: number, question: Question): Promise<Buffer> {
  const { status, body } = await question.context.http.get(url, { maxBytes });
  if (status === 200) return body;
  throw statusError(url, status, question);
}

/** Only the size: the archive itself comes when it is built. */
async function readSize(url: string, question: Question): Promise<number> {
  const { status, headers, body } = await question.context.http.open(url);
  body.destroy();
  if (status !== 200) throw statusError(url, status, question);
  const size = Number(headers['content-length']);
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new KarapaceError('MIRROR_FAILED', `The image server does not say how large \`${url}\` is`, {
    hint: 'Use another server.',
  });
}

function statusError(url: string, status: number, question: Question): KarapaceError {
  if (status === 404) return unknownImage(question, url);
  return new KarapaceError('MIRROR_FAILED', `The image server answered ${status} for \`${url}\``, {
    hint: 'Try again later, or name another server in the environment: `KARAPACE_IMAGE_SERVER=<URL>`.',
  });
}

function unknownImage({ reference }: Question, url: string): KarapaceError {
  return new KarapaceError(
    'IMAGE_UNKNOWN',
    `The image server has no \`${reference}\`: there is nothing at \`${url}\``,
    {
      hint: 'Choose a release that it has in `[base] image`, such as `fedora/42`.',
    },
  );
}
