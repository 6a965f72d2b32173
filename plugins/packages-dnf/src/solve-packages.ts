import {
  conflictingPackages,
  KarapaceError,
  outputTail,
  readAsked,
  withoutCredentials,
  type AskedPackage,
  type PackageRequest,
  type ResolveContext,
} from '@karapace/core';
import { findWrongNames, openFetchedPackages, parseAsked, pinSolution, type SolvedPackages } from '@karapace/rpm';

import { parseAnswer, type Answer } from './parse-answer.ts';
import { NO_PYTHON, SOLVE_PROGRAM, SOLVE_SCRIPT } from './solve-program.ts';

/** Pins the closure with the image's own dnf, in the image, whose changes are thrown away. */
export async function solvePackages(request: PackageRequest, context: ResolveContext): Promise<SolvedPackages> {
  const asked = readAsked(request, parseAsked, context);
  const fetched = await openFetchedPackages(context);
  const { code, stdout, stderr } = await context.run({
    root: { kind: 'layers', lower: request.lower, upper: { kind: 'discard' } },
    command: ['/bin/sh', '-euc', SOLVE_SCRIPT, 'sh', SOLVE_PROGRAM],
    network: 'host',
    mounts: [fetched.mount],
    stdin: asked.map(({ name, version = '' }) => `${name}\t${version}\n`).join(''),
  });
  if (code === NO_PYTHON) throw dnfUnsupported();
  if (code !== 0) throw dnfFailed(stderr);
  const answer = parseAnswer(stdout);
  const problem = findProblem(asked, answer, stderr);
  if (problem !== undefined) throw problem;
  const pins = pinSolution({ ...answer, manager: 'dnf' }, request);
  await fetched.keep(pins);
  return { pins, removed: answer.removed };
}

function findProblem(asked: readonly AskedPackage[], answer: Answer, stderr: string): KarapaceError | undefined {
  const { mirror, conflict, known, exist, isSolved } = answer;
  if (mirror !== undefined) return mirrorFailed(mirror, stderr);
  const wrong = findWrongNames(asked, known, exist);
  if (wrong !== undefined) return wrong;
  if (conflict !== undefined) return conflictingPackages(inOneLine(conflict), conflict);
  return isSolved ? undefined : dnfFailed(stderr);
}

function mirrorFailed(reason: string, stderr: string): KarapaceError {
  return new KarapaceError(
    'MIRROR_FAILED',
    `The repositories of the image cannot be used: ${inOneLine(withoutCredentials(reason))}`,
    {
      hint: 'Try again later, or correct the repositories in `/etc/yum.repos.d` of the base image.',
      cause: outputTail(stderr),
    },
  );
}

function dnfUnsupported(): KarapaceError {
  return new KarapaceError('BACKEND_UNSUPPORTED', 'The dnf of the image is not the one that is written in Python', {
    hint: 'Use an image with dnf 4.',
  });
}

function dnfFailed(stderr: string): KarapaceError {
  return new KarapaceError('TOOL_FAILED', 'dnf failed in the image', { cause: outputTail(stderr) });
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').replace(/[.\s]+$/u, '');
}
