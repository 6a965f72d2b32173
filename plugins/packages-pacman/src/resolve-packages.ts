import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  askedNames,
  choosePackages,
  KarapaceError,
  outputTail,
  pinPackages,
  type PackagePin,
  type PackageRequest,
  type ResolveContext,
  type ToolResult,
} from '@karapace/core';

import { fitsVersion, parseAsked, printAsked } from './package-request.ts';
import { parseClosure, pinArchives } from './pin-archives.ts';
import { mirrorError, tooLargeDatabase, unsolved } from './resolve-errors.ts';
import { CHECK_SCRIPT, CLOSURE_SCRIPT, EXIT, LARGEST_DATABASE, PLACE_INSIDE, UPDATE_SCRIPT } from './resolve-script.ts';
import { signedPackages } from './signed-packages.ts';
import { parseIndex } from './sync-index.ts';

/** Pins the closure with the image's own pacman, in the image, whose changes are thrown away. */
export async function resolvePackages(
  request: PackageRequest,
  context: ResolveContext,
): Promise<readonly PackagePin[]> {
  const asked = parseAsked([...new Set([...request.system, ...request.gui])]);
  context.progress(`resolving ${asked.length} packages`);
  const pacman = await openPacman(request, context);
  const index = parseIndex((await pacman.run(UPDATE_SCRIPT, [], 'host')).stdout);
  const chosen = choosePackages(asked, { ...index, fits: fitsVersion });
  if (chosen.length === 0) return [];
  const { stdout } = await pacman.run(CLOSURE_SCRIPT, chosen.map(printAsked), 'none');
  const closure = parseClosure(stdout);
  const lists = { system: parseAsked(request.system), gui: parseAsked(request.gui) };
  const pins = pinPackages(pinArchives(closure, index.packages), 'pacman', askedNames(lists, chosen));
  const signed = signedPackages(closure, index.levels);
  if (signed.length > 0) {
    context.progress(`checking the signatures of ${signed.length} packages`);
    await pacman.run(CHECK_SCRIPT, signed, 'host');
  }
  return pins;
}

/** Runs scripts with the image's pacman, on databases of this resolution. */
interface Pacman {
  /** @throws KarapaceError `MIRROR_FAILED`, `PACKAGE_CONFLICT`, `TOOL_FAILED` */
  run(script: string, args: readonly string[], network: 'none' | 'host'): Promise<ToolResult>;
}

async function openPacman({ lower }: PackageRequest, context: ResolveContext): Promise<Pacman> {
  const root = { kind: 'layers', lower, upper: { kind: 'discard' } } as const;
  const place = await mkdtemp(join(context.scratch, 'pacman-'));
  const mounts = [{ source: place, target: PLACE_INSIDE, readOnly: false }];
  return {
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
  return new KarapaceError('TOOL_FAILED', 'pacman failed in the image', { cause: outputTail(stderr) });
}
