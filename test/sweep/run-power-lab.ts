import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

import { whyNoOrdinaryUser as whyNotRoot } from '@karapace/core/testing';

import type { FileSystem } from './lab.ts';

const LAB = fileURLToPath(new URL('power-lab.ts', import.meta.url));

/** Says why file systems cannot be cut off here; `undefined` where they can. Tests print it when they skip. */
export async function whyNoPowerCuts(): Promise<string | undefined> {
  if (!fs.existsSync('/dev/loop-control')) return 'cutting the power takes loop devices, and this machine has none';
  return (await whyNotRoot()) === undefined ? undefined : 'cutting the power takes root, or sudo without a password';
}

/** Cuts the power so often on a file system of its own. */
export async function runPowerLab(
  kind: FileSystem,
  cuts: number,
  seed: number,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const node = [process.execPath, '--conditions=karapace-source', LAB, kind, String(cuts), String(seed)];
  const [program = '', ...args] = [...asRoot, 'unshare', '--mount', '--propagation', 'private', '--', ...node];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output.trim() };
}
