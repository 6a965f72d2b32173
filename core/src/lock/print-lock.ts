import type { ArchivePin, FilesPin, LockedPackage, LockFile } from '../contracts/lock.ts';
import type { FilesRequest, RunRequest } from '../contracts/manifest.ts';
import type { Policy } from '../contracts/policy.ts';
import { LIMIT_NAMES } from '../manifest/limit-names.ts';
import { printInlineTable, printList, printTable } from './print-toml.ts';
import { sortLock } from './sort-lock.ts';

const HEAD = [
  '# Written by `karapace build`: commit this file, and do not edit it.',
  '# Two branches that both changed it: take one side, then run `karapace build`.',
].join('\n');

/** A lock as TOML: sorted, one record per line, so that merges stay small. The same lock gives the same bytes. */
export function printLock(lock: LockFile): string {
  const { intent, base, packages, files, ...head } = sortLock(lock);
  const { lock_version, hash_version, env_id, short_id, ids } = head;
  const { reference, source, tree, parameters, archives } = base;
  const sections = [
    HEAD,
    [
      printTable({ lock_version, hash_version, env_id, short_id, ids }),
      printRecords('packages', packages.map(packageRecord)),
      ...printLater('files', files.map(filesRecord)),
    ].join('\n'),
    `[base]\n${printTable({ reference, source, tree })}\n${printRecords('archives', archives.map(archiveRecord))}`,
    section('base.parameters', parameters),
    [
      `[intent]\nmanifest_version = ${intent.manifest_version}`,
      printRecords('mounts', intent.mounts.map(mountRecord)),
      ...printLater('files', intent.files.map(requestRecord)),
      ...printLater('run', intent.run.map(runRecord)),
    ].join('\n'),
    ...printPolicy(intent.policy),
    section('intent.base', { image: intent.base.image }),
    section('intent.system', { packages: intent.system.packages }),
    ...(Object.keys(intent.env).length === 0 ? [] : [section('intent.env', intent.env)]),
    section('intent.gui', { apps: intent.gui.apps }),
    section('intent.hardware', { gpu: intent.hardware.gpu, audio: intent.hardware.audio }),
    section('intent.runtime', { backend: intent.runtime.backend, network_isolation: intent.runtime.network_isolation }),
    section('intent.runtime.resource_limits', limitsRecord(intent.runtime.resource_limits)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function printPolicy(policy: Policy | null): readonly string[] {
  if (policy === null) return [];
  const { resource_limits, network_isolation, ...lists } = policy;
  const rules = { ...lists, network_isolation: network_isolation || null };
  return [section('intent.policy', rules), section('intent.policy.resource_limits', resource_limits)];
}

function section(name: string, fields: Readonly<Record<string, unknown>>): string {
  const table = printTable(fields);
  return table === '' ? `[${name}]` : `[${name}]\n${table}`;
}

function printRecords(key: string, records: readonly Readonly<Record<string, unknown>>[]): string {
  return `${key} = ${printList(records.map(printInlineTable))}`;
}

/** What came to the format later is not in a lock that has no use for it: older locks stay as they are. */
function printLater(key: string, records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return records.length === 0 ? [] : [printRecords(key, records)];
}

function archiveRecord({ name, version, arch, size, sha256, url }: ArchivePin) {
  return { name, version, arch, size, sha256, url };
}

function packageRecord({ asked, manager, layer, ...archive }: LockedPackage) {
  const { name, version, arch, ...rest } = archiveRecord(archive);
  return { name, version, arch, asked, manager, ...(layer === 0 ? {} : { layer }), ...rest };
}

function mountRecord({ label, host, container }: LockFile['intent']['mounts'][number]) {
  return { label, host, container };
}

function filesRecord({ target, tree }: FilesPin) {
  return { target, tree };
}

function requestRecord({ source, target, mode }: FilesRequest) {
  return { source, target, mode };
}

function runRecord({ name, command, network, after }: RunRequest) {
  return { name, command, network, after };
}

function limitsRecord(limits: LockFile['intent']['runtime']['resource_limits']) {
  const named = LIMIT_NAMES.map((name) => [name, limits[name]] as const);
  return { ...Object.fromEntries(named), ...(limits.best_effort ? { best_effort: true } : {}) };
}
