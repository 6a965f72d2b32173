import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

import {
  conflictingPackages,
  KarapaceError,
  outputTail,
  readAsked,
  withoutCredentials,
  type PackageRequest,
  type ResolveContext,
  type ToolResult,
} from '@karapace/core';
import {
  findWrongNames,
  openFetchedPackages,
  parseAsked,
  pinSolution,
  readTags,
  type RepositoryArchive,
  type SolvedPackages,
} from '@karapace/rpm';

import { parseInventory, parseRepositories, parseSolution, type ChosenPackage } from './parse-answer.ts';
import { archiveKey, readCatalogue, type Catalogue } from './read-catalogue.ts';
import { DIVIDER, EXIT, METADATA_INSIDE, RESOLVE_SCRIPT } from './resolve-script.ts';

/** Pins the closure with the image's own zypper, in the image, whose changes are thrown away. */
export async function solvePackages(request: PackageRequest, context: ResolveContext): Promise<SolvedPackages> {
  const asked = readAsked(request, parseAsked, context);
  const fetched = await openFetchedPackages(context);
  const directory = await mkdtemp(join(context.scratch, 'zypper-'));
  const result = await context.run({
    root: { kind: 'layers', lower: request.lower, upper: { kind: 'discard' } },
    command: ['/bin/sh', '-euc', RESOLVE_SCRIPT, 'sh', ...asked.map(printAsked)],
    network: 'host',
    mounts: [{ source: directory, target: METADATA_INSIDE, readOnly: false }, fetched.mount],
  });
  if (result.code === EXIT.none) throw repositoryFailed('the image has none that is enabled', result);
  if (result.code === EXIT.mirror) throw repositoryFailed(reasonOf(result), result);
  if (result.code !== 0 && result.code !== EXIT.unsolved) throw zypperFailed(result);
  const [repositories = '', inventory = '', solution = ''] = result.stdout.split(`${DIVIDER}\n`);
  const { chosen, removed, said } = parseSolution(solution);
  const catalogue = await readCatalogue({
    directory,
    repositories: parseRepositories(repositories),
    inventory: parseInventory(inventory),
    asked: asked.map(({ name }) => name),
    chosen,
  });
  const wrong = findWrongNames(asked, catalogue.known, catalogue.exist);
  if (wrong !== undefined) throw wrong;
  if (result.code === EXIT.unsolved) throw conflictingPackages(said, solution);
  const archives = chosen.map(findArchive(catalogue));
  const pins = pinSolution({ ...catalogue, archives, manager: 'zypper' }, request);
  await fetched.keep(pins);
  return { pins, removed };
}

function printAsked({ name, version }: { readonly name: string; readonly version: string | undefined }): string {
  return version === undefined ? name : `${name}=${version}`;
}

function findArchive({ archives }: Catalogue): (chosen: ChosenPackage) => RepositoryArchive {
  return (chosen) => {
    const archive = archives.get(archiveKey(chosen));
    if (archive !== undefined) return archive;
    throw new KarapaceError(
      'TOOL_FAILED',
      `No repository of the image has \`${archiveKey(chosen)}\`, which zypper chose`,
    );
  };
}

/** What zypper says that is more than information. */
function reasonOf({ stdout, stderr }: ToolResult): string {
  const said = Array.from(readTags(`${stdout}\n${stderr}`))
    .filter(({ name, isEnd, attributes }) => name === 'message' && !isEnd && attributes.get('type') !== 'info')
    .map(({ text }) => text);
  if (said.length === 0) return 'zypper gives no reason';
  return withoutCredentials(said.join('; '))
    .replaceAll(/\s+/gu, ' ')
    .replace(/[.\s]+$/u, '');
}

function repositoryFailed(reason: string, { stderr }: ToolResult): KarapaceError {
  return new KarapaceError('MIRROR_FAILED', `The repositories of the image cannot be used: ${reason}`, {
    hint: 'Try again later, or correct the repositories in `/etc/zypp/repos.d` of the base image.',
    cause: outputTail(stderr),
  });
}

function zypperFailed({ stderr }: ToolResult): KarapaceError {
  return new KarapaceError('TOOL_FAILED', 'zypper failed in the image', { cause: outputTail(stderr) });
}
