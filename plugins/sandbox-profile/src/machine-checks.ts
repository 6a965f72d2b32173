import { readFileSync } from 'node:fs';

import type { Check } from '@karapace/core';
import { execa } from 'execa';

import { whyNotCutOff } from './abstract-sockets.ts';
import { findTool, findUser, readIdRange, type HostFacts } from './host-facts.ts';
import { missingLimits } from './limits/plan-limits.ts';
import { getTool, TOOL_PACKAGES } from './namespace-command.ts';
import { findDenial } from './namespace-denial.ts';

const TOOLS = ['mount', 'newgidmap', 'newuidmap', 'nsenter', 'setpriv', 'umount', 'unshare'];

/**
 * Checks one by one what a sandbox needs, by trying it where only trying tells.
 *
 * @param own programs that this backend needs besides
 */
export async function checkMachine(facts: HostFacts, own: readonly string[]): Promise<readonly Check[]> {
  const tools = [...own, ...TOOLS].map((tool) => checkTool(tool, facts));
  const hasUnshare = findTool('unshare', facts.toolDirectories) !== undefined;
  const tried = hasUnshare ? [await checkNamespaces(facts), await checkOverlay(facts)] : [];
  return [...tools, ...tried, checkIdRange(facts), checkSeccomp(), checkSockets(facts), checkLimits(facts)];
}

function checkTool(tool: string, { toolDirectories, fullIds }: HostFacts): Check {
  const found = findTool(tool, toolDirectories);
  const id = tool;
  const title = `program \`${tool}\``;
  if (found !== undefined) return { id, title, state: 'ok', detail: found, fix: null };
  const isOptional = tool.startsWith('new') && (process.geteuid?.() === 0 || fullIds === null);
  const debianPackages = [TOOL_PACKAGES[tool] ?? tool];
  const fix = { description: `Install \`${debianPackages[0]}\``, debianPackages };
  return { id, title, state: isOptional ? 'warning' : 'failed', detail: 'not installed', fix };
}

async function checkNamespaces({ toolDirectories }: HostFacts): Promise<Check> {
  const id = 'user-namespaces';
  const title = 'user namespaces';
  // A mount tells more than the namespace alone: some systems give the namespace and take the rights in it.
  const failure = await tryInNamespace('mount -t tmpfs tmpfs /sys/kernel', toolDirectories);
  if (failure === undefined) return { id, title, state: 'ok', detail: 'work', fix: null };
  const denial = findDenial();
  return { id, title, state: 'failed', detail: denial?.reason ?? failure, fix: denial?.fix ?? null };
}

async function checkOverlay({ toolDirectories }: HostFacts): Promise<Check> {
  const id = 'overlayfs';
  const title = 'overlay file system';
  const failure = await tryInNamespace(TRY_OVERLAY, toolDirectories);
  if (failure === undefined) return { id, title, state: 'ok', detail: 'the kernel mounts it', fix: null };
  const fix = { description: 'Install `fuse-overlayfs`', debianPackages: ['fuse-overlayfs'] };
  if (findTool('fuse-overlayfs', toolDirectories) === undefined)
    return { id, title, state: 'failed', detail: failure, fix };
  return { id, title, state: 'warning', detail: `\`fuse-overlayfs\` is used, which is slower: ${failure}`, fix: null };
}

const TRY_OVERLAY = `mount -t tmpfs tmpfs /sys/kernel && cd /sys/kernel && mkdir lower upper work root &&
mount -t overlay overlay -o userxattr,lowerdir=lower,upperdir=upper,workdir=work root`;

/** Gives what went wrong, or `undefined`. */
async function tryInNamespace(script: string, directories: readonly string[]): Promise<string | undefined> {
  const unshare = getTool('unshare', directories);
  const result = await execa(unshare, ['--user', '--map-root-user', '--mount', '--', '/bin/sh', '-c', script], {
    env: { LC_ALL: 'C', PATH: directories.join(':') },
    extendEnv: false,
    reject: false,
  });
  if (!result.failed) return undefined;
  return result.stderr.split('\n')[0] || result.shortMessage;
}

function checkIdRange({ fullIds }: HostFacts): Check {
  const id = 'id-range';
  const title = 'subordinate ids';
  if (fullIds?.kind === 'identity') return { id, title, state: 'ok', detail: 'root needs none', fix: null };
  if (fullIds !== null) {
    const { first, count } = fullIds.range;
    return { id, title, state: 'ok', detail: `${first}-${first + count - 1}`, fix: null };
  }
  return { id, title, state: 'warning', ...describeNoRange() };
}

function describeNoRange(): Pick<Check, 'detail' | 'fix'> {
  const single = 'every file of an environment belongs to one id';
  if (process.geteuid?.() === 0) {
    const description = 'Give the container that this runs in 65,536 ids.';
    return { detail: `fewer than 65,536 here: ${single}`, fix: { description } };
  }
  if (readIdRange() !== undefined) {
    const fix = { description: 'Install `uidmap`', debianPackages: ['uidmap'] };
    return { detail: `there are some, but not \`newuidmap\`, which maps them: ${single}`, fix };
  }
  const { name, uid } = findUser();
  const range = nextRange();
  const commands = [['usermod', '--add-subuids', range, '--add-subgids', range, name ?? String(uid)]];
  return { detail: `none: ${single}`, fix: { description: 'Give this user a range', commands } };
}

/** The first 65,536 ids after everybody's. */
function nextRange(): string {
  const ends = ['/etc/subuid', '/etc/subgid'].flatMap((file) => readLines(file).map(endOfRange));
  const first = Math.max(100_000, ...ends.filter(Number.isSafeInteger));
  return `${first}-${first + 65_535}`;
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    // Without the file nobody has a range yet.
    return [];
  }
}

function endOfRange(line: string): number {
  const [, first, count] = line.split(':');
  return Number(first) + Number(count);
}

function checkSeccomp(): Check {
  const id = 'seccomp';
  const title = 'system call filters';
  const hasFilters = /^Seccomp:/mu.test(readFileSync('/proc/self/status', 'utf8'));
  if (hasFilters) return { id, title, state: 'ok', detail: 'the kernel has them', fix: null };
  return { id, title, state: 'failed', detail: 'the kernel was built without `CONFIG_SECCOMP_FILTER`', fix: null };
}

function checkSockets({ toolDirectories }: HostFacts): Check {
  const id = 'abstract-sockets';
  const title = 'abstract sockets';
  const reason = whyNotCutOff(toolDirectories);
  if (reason === undefined) return { id, title, state: 'ok', detail: "the host's are cut off", fix: null };
  const detail = `the host's can be reached without \`network_isolation\`, because ${reason}`;
  const fix = reason.includes('perl') ? { description: 'Install `perl-base`', debianPackages: ['perl-base'] } : null;
  return { id, title, state: 'warning', detail, fix };
}

function checkLimits(facts: HostFacts): Check {
  const id = 'limits';
  const title = 'resource limits';
  const missing = missingLimits(facts.fullIds?.kind ?? 'single', facts);
  const [first] = missing;
  if (first === undefined) return { id, title, state: 'ok', detail: 'all are enforced', fix: null };
  const names = missing.map(({ limit }) => `\`${limit}\``).join(', ');
  const detail = `not enforced here: ${names}, because ${first.reason}`;
  return { id, title, state: 'warning', detail, fix: { description: `${first.wayOut}.` } };
}
