import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { fail, runStep, say } from './run.js';
import { root, workspaceNode } from './workspace.js';

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean }} LockEntry */

/** Puts exactly what `package-lock.json` says into `node_modules`, unless it is there already. */
export async function installModules() {
  if (modulesAreCurrent() && linkNode()) return;
  checkWritable();
  say('Installing the npm packages of package-lock.json (npm ci)');
  // Dependencies need no install script; the workspace's own `prepare` is the build, which comes next anyway.
  const flags = [
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  await runStep([...npmCommand(), 'ci', ...flags], '`npm ci`');
  if (!linkNode()) fail('`npm ci` brought no Node that runs here: is `optional` left out by an npm setting?');
}

/** Compiles and bundles what has changed. */
export async function buildPackages() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await runStep([workspaceNode, compiler, '--build', 'tsconfig.build.json'], 'the build (`tsc`)');
  await runStep([workspaceNode, 'scripts/bundle/bundle.ts'], 'the build (`rolldown`)');
}

/** Compares the lock with npm's own record of what it installed, which it writes last. */
function modulesAreCurrent() {
  const wanted = readLock('package-lock.json') ?? fail('there is no `package-lock.json`');
  const installed = readLock('node_modules/.package-lock.json');
  if (installed === undefined) return false;
  const modules = Object.entries(wanted).filter(([path]) => path.includes('node_modules/'));
  return (
    modules.every(([path, entry]) => isInstalled(entry, installed[path])) &&
    Object.keys(installed).every((path) => path in wanted)
  );
}

/**
 * @param {string} file
 * @returns {Record<string, LockEntry> | undefined} undefined where there is no such file
 */
function readLock(file) {
  const path = join(root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/**
 * @param {LockEntry} wanted
 * @param {LockEntry | undefined} found
 */
function isInstalled(wanted, found) {
  // npm leaves out optional packages of other processors and systems.
  if (found === undefined) return wanted.optional === true;
  return wanted.version === found.version && wanted.integrity === found.integrity && wanted.link === found.link;
}

/**
 * Makes sure that `npm run`, `npx` and every `#!/usr/bin/env node` below them find the workspace's Node.
 *
 * @returns whether it runs here
 */
export function linkNode() {
  // npm 10 installs the Node of this processor, then takes the link away with the Node of the other processor.
  const target = `../node-linux-${process.arch}/bin/node`;
  if (!existsSync(workspaceNode) && existsSync(join(dirname(workspaceNode), target)))
    symlinkSync(target, workspaceNode);
  return spawnSync(workspaceNode, ['--version']).status === 0;
}

function checkWritable() {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    fail(`\`${root}\` belongs to user ${statSync(root).uid} and is read-only for you: run this in a clone of your own`);
  }
}

/** The npm that runs this script, by the Node it runs under; else the one on the PATH. */
function npmCommand() {
  const { npm_execpath: script = '', npm_node_execpath: node = process.execPath } = process.env;
  return basename(script) === 'npm-cli.js' ? [node, script] : ['npm'];
}
