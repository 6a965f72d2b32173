import {
  askedNames,
  choosePackages,
  KarapaceError,
  outputTail,
  pinPackages,
  readAsked,
  type ArchivePin,
  type ChosenPackage,
  type PackagePin,
  type PackageRequest,
  type ResolveContext,
} from '@karapace/core';

import { findPackages, type FoundPackage } from './find-packages.ts';
import { parseFacts, type ImageFacts } from './image-facts.ts';
import { keepPackage } from './keep-package.ts';
import { openRepositories, type OpenRepositories } from './open-repositories.ts';
import { ARCH } from './package-names.ts';
import { parseAsked, printAsked } from './package-request.ts';
import { refusedIndex, removedPackages, unsolved } from './resolve-errors.ts';
import { FACTS_SCRIPT, INDEXES_INSIDE, SIMULATE_SCRIPT } from './resolve-script.ts';
import { parseSimulation, type AddedPackage } from './simulated-changes.ts';

/** Packages that are fetched at once. */
const WIDTH = 8;

/** Pins the closure that the image's own apk chooses, in the image, whose changes are thrown away. */
export async function resolvePackages(
  request: PackageRequest,
  context: ResolveContext,
): Promise<readonly PackagePin[]> {
  const asked = readAsked(request, parseAsked, context);
  const facts = await askImage(request, context);
  const open = await openRepositories(facts, context);
  const packages = open.repositories.flatMap((one) => one.packages).map((one) => ({ ...one, groups: [] }));
  const fits = (version: string, wanted: string): boolean => version === wanted;
  const chosen = choosePackages(asked, { packages, installed: facts.installed, fits });
  if (chosen.length === 0) return [];
  const added = await simulate(chosen, open, { request, context });
  const found = findPackages(added, open.repositories, facts.arch);
  const lists = { system: parseAsked(request.system), gui: parseAsked(request.gui) };
  return pinPackages(await keepAll(found, context), 'apk', askedNames(lists, chosen));
}

async function askImage({ lower }: PackageRequest, context: ResolveContext): Promise<ImageFacts> {
  const root = { kind: 'layers', lower, upper: { kind: 'discard' } } as const;
  const { code, stdout, stderr } = await context.run({ root, command: ['/bin/sh', '-euc', FACTS_SCRIPT] });
  const facts = code === 0 ? parseFacts(stdout) : undefined;
  if (facts !== undefined && ARCH.test(facts.arch)) return facts;
  throw new KarapaceError('TOOL_FAILED', 'apk failed in the image', { cause: outputTail(stderr) });
}

interface Resolving {
  readonly request: PackageRequest;
  readonly context: ResolveContext;
}

/** @throws KarapaceError `PACKAGE_CONFLICT`, `MIRROR_FAILED` where apk refuses an index */
async function simulate(
  chosen: readonly ChosenPackage[],
  { repositories, directory }: OpenRepositories,
  { request, context }: Resolving,
): Promise<readonly AddedPackage[]> {
  const root = { kind: 'layers', lower: request.lower, upper: { kind: 'discard' } } as const;
  const mounts = [{ source: directory, target: INDEXES_INSIDE, readOnly: true }];
  const command = ['/bin/sh', '-euc', SIMULATE_SCRIPT, 'sh', ...chosen.map(printAsked)];
  const { code, stdout, stderr } = await context.run({ root, command, mounts });
  const output = `${stdout}\n${stderr}`;
  const refused = refusedIndex(
    output,
    repositories.map(({ url }) => url),
  );
  if (refused !== undefined) throw refused;
  if (code !== 0) throw unsolved(output);
  const { added, removed } = parseSimulation(output);
  if (removed.length > 0) throw removedPackages(removed, output);
  return added;
}

async function keepAll(found: readonly FoundPackage[], context: ResolveContext): Promise<readonly ArchivePin[]> {
  const pins: ArchivePin[] = [];
  for (let start = 0; start < found.length; start += WIDTH) {
    context.progress(`fetching packages: ${start} of ${found.length}`);
    context.signal.throwIfAborted();
    pins.push(...(await Promise.all(found.slice(start, start + WIDTH).map((one) => keepPackage(one, context)))));
  }
  return pins;
}
