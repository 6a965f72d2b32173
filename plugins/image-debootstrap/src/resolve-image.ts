import { readFile } from 'node:fs/promises';
import { APT_SETTINGS, findMissingSuites, listsCacheName, mirrorError, parsePrintedUris } from '@karapace/apt';
import {
  KarapaceError,
  nearestName,
  outputTail,
  type ImagePin,
  type ResolveContext,
  type SandboxMount,
  type ToolResult,
} from '@karapace/core';

import { askMmdebstrap } from './ask-mmdebstrap.ts';
import { hostAptSettings } from './apt-of-host.ts';
import { RECIPE } from './build-script.ts';
import type { SourceSettings } from './source-settings.ts';
import { knownSuites } from './distributions.ts';
import type { ImageReference } from './image-reference.ts';
import { CLOSURE_SCRIPT, MIRROR_EXIT, PROBE_SCRIPT } from './resolve-script.ts';
import { parseDefaultMirror, parseMirror, printSources, type Mirror } from './sources-list.ts';
import { checkKeyring, checkTools } from './tool-missing.ts';

/** Where an image has the keys of a mirror that does not use the distribution's own. */
const OWN_KEYRING = '/usr/share/keyrings/karapace-mirror.gpg';
const KEYRING_IN_TOOLS = '/run/karapace/keyring.gpg';

type Pinned = Pick<ImagePin, 'parameters' | 'archives'>;

/** One image on one mirror, as seen from this machine. */
interface Target extends ImageReference {
  readonly mirror: Mirror;
  readonly arch: string;
  /** A key file of the user's. */
  readonly keyring: string | undefined;
  /** The text that belongs into the image. */
  readonly sources: string;
}

/** Pins the packages of the smallest image of a suite: essential, required, and apt. */
export async function resolveImage(
  reference: ImageReference,
  settings: SourceSettings,
  context: ResolveContext,
): Promise<Pinned> {
  const { distribution } = reference;
  const keyring = settings.keyrings[distribution.name];
  await checkKeyring(keyring ?? distribution.keyring, distribution.keyringPackage);
  const { mirror, arch } = await findMirror(reference, settings, context);
  const sources = printSources(reference, mirror, keyring === undefined ? distribution.keyring : OWN_KEYRING);
  const target = { ...reference, mirror, arch, keyring, sources };
  context.progress(`resolving ${distribution.name}/${reference.suite}`);
  return { parameters: await parametersOf(target), archives: await findClosure(target, context) };
}

async function findMirror({ distribution }: ImageReference, { mirrors }: SourceSettings, context: ResolveContext) {
  const given = mirrors[distribution.name];
  const anchor = given === undefined ? distribution.anchorSuite : '';
  const answer = await askMmdebstrap(anchor, context, (result) =>
    checkResult(result, 'mmdebstrap does not tell its mirrors'),
  );
  const [arch = '', ...lines] = answer.trim().split('\n');
  return { arch, mirror: given === undefined ? parseDefaultMirror(lines.join('\n')) : parseMirror(given) };
}

async function parametersOf({
  distribution,
  suite,
  arch,
  sources,
  keyring,
}: Target): Promise<Readonly<Record<string, string>>> {
  const { name, components } = distribution;
  const parameters = { arch, components, distribution: name, recipe: RECIPE, sources, suite, variant: 'required' };
  return keyring === undefined ? parameters : { ...parameters, keyring: (await readFile(keyring)).toString('base64') };
}

async function findClosure(target: Target, context: ResolveContext): Promise<ImagePin['archives']> {
  const cacheName = listsCacheName(target.sources, target.arch);
  const result = await context.exclusive(cacheName, async () => {
    const cache = { source: await context.cache(cacheName), target: '/cache', readOnly: false };
    return context.run({
      root: { kind: 'tools' },
      command: ['sh', '-euc', CLOSURE_SCRIPT],
      network: 'host',
      mounts: [cache, ...keyringMounts(target)],
      environment: {
        ARCH: target.arch,
        SETTINGS: hostAptSettings(target.arch),
        SOURCES: target.sources.replaceAll(OWN_KEYRING, KEYRING_IN_TOOLS),
        SUITE: target.suite,
      },
    });
  });
  if (result.code === MIRROR_EXIT) throw await explainMirror(target, result.stderr, context);
  checkResult(result, `apt cannot solve the packages of \`${target.distribution.name}/${target.suite}\``);
  return parsePrintedUris(result.stdout).toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function keyringMounts({ keyring }: Target): readonly SandboxMount[] {
  return keyring === undefined ? [] : [{ source: keyring, target: KEYRING_IN_TOOLS, readOnly: true }];
}

/** A mirror that has other suites but not this one works: then the image's name is wrong. */
async function explainMirror(target: Target, output: string, context: ResolveContext): Promise<KarapaceError> {
  const { distribution, suite, mirror } = target;
  const failed = mirrorError(output, mirrorHint(target));
  if (!findMissingSuites(output).includes(suite)) return failed;
  const others = [distribution.defaultSuite, ...distribution.aliases, ...Object.values(distribution.versions)];
  const probe = await context.run({
    root: { kind: 'tools' },
    command: ['sh', '-euc', PROBE_SCRIPT, 'sh', ...others.filter((other) => other !== suite)],
    network: 'host',
    environment: { MIRROR: mirror.main, SETTINGS: APT_SETTINGS },
  });
  return probe.code === 0 ? unknownSuite(target, output) : failed;
}

function unknownSuite({ distribution, suite }: Target, output: string): KarapaceError {
  const nearest = nearestName(suite, knownSuites(distribution)) ?? distribution.defaultSuite;
  return new KarapaceError('IMAGE_UNKNOWN', `The mirror of ${distribution.name} has no suite \`${suite}\``, {
    hint: `Choose another suite in \`[base] image\`, such as \`${distribution.name}/${nearest}\`.`,
    cause: outputTail(output),
  });
}

function mirrorHint({ distribution }: Target): string {
  return `Try again, or name another mirror in the environment: \`KARAPACE_MIRROR_${distribution.name.toUpperCase()}=<URL>\`.`;
}

function checkResult(result: ToolResult, message: string): void {
  if (result.code === 0) return;
  checkTools(result);
  throw new KarapaceError('TOOL_FAILED', message, { cause: outputTail(`${result.stdout}\n${result.stderr}`) });
}
