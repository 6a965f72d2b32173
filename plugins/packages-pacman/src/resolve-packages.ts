import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  askedNames,
  choosePackages,
  countPackages,
  KarapaceError,
  outputTail,
  pinPackages,
  readAsked,
  type PackagePin,
  type PackageRequest,
  type ResolveContext,
  type ToolResult,
} from '@karapace/core';

import { keepChecked } from './keep-checked.ts';
import { fitsVersion, parseAsked, printAsked } from './package-request.ts';
import { parseClosure, pinArchives } from './pin-archives.ts';
import { mirrorError, tooLargeDatabase, unsolved, withoutBsdtar } from './resolve-errors.ts';
import { CHECK_SCRIPT, CLOSURE_SCRIPT, EXIT, LARGEST_DATABASE, PLACE_INSIDE, UPDATE_SCRIPT } from './resolve-script.ts';
import { signedPackages, type SignedPackage } from './signed-packages.ts';
import { parseIndex } from './sync-index.ts';

/** Pins the closure with the image's own pacman, in the image, whose changes are thrown away. */
export async function resolvePackages(
  request: PackageRequest,
  context: ResolveContext,
): Promise<readonly PackagePin[]> {
  const asked = readAsked(request, parseAsked, context);
  const pacman = await openPacman(request, context);
  const index = parseIndex((await pacman.run(UPDATE_SCRIPT, [], 'host')).stdout);
  const chosen = choosePackages(asked, { ...index, fits: fitsVersion });
  if (chosen.length === 0) return [];
  const { stdout } = await pacman.run(CLOSURE_SCRIPT, chosen.map(printAsked), 'none');
  const closure = parseClosure(stdout);
  const lists = { system: parseAsked(request.system), gui: parseAsked(request.gui) };
  const pins = pinPackages(pinArchives(closure, index.packages), 'pacman', askedNames(lists, chosen));
  await checkSignatures(signedPackages(pins, closure, index.levels), pacman, context);
  return pins;
}

/** Packages are fetched one way or the other: what pacman has fetched and checked is kept. */
async function checkSignatures(
  signed: readonly SignedPackage[],
  pacman: Pacman,
  context: ResolveContext,
): Promise<void> {
  if (signed.length === 0) return;
  context.progress(`fetching ${countPackages(signed.length)} and checking their signatures`);
  await pacman.run(
    CHECK_SCRIPT,
    signed.map(({ target }) => target),
    'host',
  );
  for (const { pin } of signed) await keepChecked(pin, pacman.archives, context);
}

/** Runs scripts with the image's pacman, on databases of this resolution. */
interface Pacman {
  /** Where it leaves what it fetches. */
  readonly archives: string;
  /** @throws KarapaceError `MIRROR_FAILED`, `PACKAGE_CONFLICT`, `TOOL_FAILED` */
  run(script: string, args: readonly string[], network: 'none' | 'host'): Promise<ToolResult>;
}

async function openPacman({ lower }: PackageRequest, context: ResolveContext): Promise<Pacman> {
  const root = { kind: 'layers', lower, upper: { kind: 'discard' } } as const;
  const place = await mkdtemp(join(context.scratch, 'pacman-'));
  const mounts = [{ source: place, target: PLACE_INSIDE, readOnly: false }];
  return {
    archives: join(place, 'archives'),
    run: async (script, args, network) => {
      const result = await context.run({ root, command: ['/bin/sh', '-euc', script, 'sh', ...args], network, mounts });
      if (result.code !== 0) throw failure(result);
      return result;
    },
  };
}

function failure({ code, stdout, stderr }: ToolResult): KarapaceError {
  if (code === EXIT.mirror) return mirrorError(stderr);
  if (code === EXIT.tooLarge) return tooLargeDatabase(stderr, LARGEST_DATABASE);
  if (code === EXIT.unsolved) return unsolved(`${stdout}\n${stderr}`);
  if (code === EXIT.noBsdtar) return withoutBsdtar();
  return new KarapaceError('TOOL_FAILED', 'pacman failed in the image', { cause: outputTail(stderr) });
}
