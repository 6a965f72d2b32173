import { access } from 'node:fs/promises';
import { APT_SETTINGS, listsCacheName, LISTS_IN_CACHE, mirrorError, parsePrintedUris } from '@karapace/apt';
import {
  ambiguousPackages,
  KarapaceError,
  outputTail,
  pinPackages,
  readAsked,
  unknownPackages,
  type PackagePin,
  type PackageRequest,
  type ResolveContext,
  type SandboxMount,
  type ToolResult,
} from '@karapace/core';

import { parseShownPackages, type KnownPackage } from './known-package.ts';
import { parseAsked, printAsked } from './package-request.ts';
import { CACHE_INSIDE, DIVIDER, EXIT, NAMES_SCRIPT, RESOLVE_SCRIPT, SOURCES_SCRIPT } from './resolve-script.ts';
import { unsolved } from './resolve-errors.ts';

const MIRROR_HINT = 'Try again later, or build the base image from another mirror.';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const CERTIFICATES_INSIDE = '/run/karapace/certificates.crt';

/** Pins the closure with the image's own apt, in the image, whose changes are thrown away. */
export async function resolvePackages(
  request: PackageRequest,
  context: ResolveContext,
): Promise<readonly PackagePin[]> {
  const asked = readAsked(request, parseAsked, context);
  const names = asked.map(({ name }) => name);
  const apt = await openApt(request, context);
  const result = await apt.run(RESOLVE_SCRIPT, names, asked.map(printAsked));
  const [shown = '', archives = ''] = result.stdout.split(`${DIVIDER}\n`);
  const known = parseShownPackages(shown);
  const unknown = unknownAmong(names, known);
  if (unknown.length > 0) throw unknownPackages(unknown, lines((await apt.run(NAMES_SCRIPT, [], [])).stdout));
  const ambiguous = known.filter(({ versions, providers }) => versions.length === 0 && providers.length > 1);
  if (ambiguous.length > 0) throw ambiguousPackages(ambiguous);
  if (result.code === EXIT.unsolved) throw unsolved(`${archives}\n${result.stderr}`, known);
  if (result.code !== 0)
    throw new KarapaceError('TOOL_FAILED', 'apt failed in the image', { cause: outputTail(result.stderr) });
  const [system, gui] = [namesInstalled(request.system, known), namesInstalled(request.gui, known)];
  return pinPackages(parsePrintedUris(archives), 'apt', { system, gui });
}

/** Runs scripts with the image's apt, on lists that it shares with the image source. */
interface Apt {
  /** @throws KarapaceError `MIRROR_FAILED` */
  run(script: string, names: readonly string[], args: readonly string[]): Promise<ToolResult>;
}

async function openApt({ lower }: PackageRequest, context: ResolveContext): Promise<Apt> {
  const root = { kind: 'layers', lower, upper: { kind: 'discard' } } as const;
  const found = await context.run({ root, command: ['/bin/sh', '-euc', SOURCES_SCRIPT] });
  if (found.code !== 0)
    throw new KarapaceError('TOOL_FAILED', 'dpkg failed in the image', { cause: outputTail(found.stderr) });
  const [arch = '', ...sources] = found.stdout.split('\n');
  const cacheName = listsCacheName(sources.join('\n'), arch);
  const mounts = [
    { source: await context.cache(cacheName), target: CACHE_INSIDE, readOnly: true },
    ...(await certificateMounts(sources)),
  ];
  return {
    run: (script, names, args) =>
      context.exclusive(cacheName, async () => {
        const command = ['/bin/sh', '-euc', script, 'sh', ...args];
        const environment = { ASKED: names.join(' '), LISTS: LISTS_IN_CACHE, SETTINGS };
        const result = await context.run({ root, command, network: 'host', mounts, environment });
        if (result.code === EXIT.mirror) throw mirrorError(result.stderr, MIRROR_HINT);
        return result;
      }),
  };
}

const SETTINGS = `${APT_SETTINGS}
Dir::Cache::srcpkgcache "";
Acquire::https::CAInfo "${CERTIFICATES_INSIDE}";
`;

/** A small image has no certificates, so a mirror over TLS is checked against the machine's. */
async function certificateMounts(sources: readonly string[]): Promise<readonly SandboxMount[]> {
  if (!sources.some((line) => line.includes('https://'))) return [];
  await access(CERTIFICATES).catch((cause: unknown) => {
    throw new KarapaceError('TOOL_MISSING', `The machine has no \`${CERTIFICATES}\` to check a mirror over TLS with`, {
      hint: 'Install the Debian package `ca-certificates`.',
      cause,
    });
  });
  return [{ source: CERTIFICATES, target: CERTIFICATES_INSIDE, readOnly: true }];
}

/** Names that apt does not know, and those that occur in some package's dependencies and nowhere else. */
function unknownAmong(names: readonly string[], known: readonly KnownPackage[]): readonly string[] {
  const real = new Set(
    known.filter(({ versions, providers }) => versions.length + providers.length > 0).map(({ name }) => name),
  );
  return names.filter((name) => !real.has(name));
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** A name that is only provided stands for its one provider. */
function namesInstalled(texts: readonly string[], known: readonly KnownPackage[]): ReadonlySet<string> {
  const byName = new Map(known.map((shown) => [shown.name, shown]));
  return new Set(
    parseAsked(texts).map(({ name }) => {
      const shown = byName.get(name);
      return shown === undefined || shown.versions.length > 0 ? name : (shown.providers[0] ?? name);
    }),
  );
}
