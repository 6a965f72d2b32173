import type { ArchivePin, LockFile, PackagePin } from '../contracts/lock.ts';
import { printInlineTable, printList, printTable } from './print-toml.ts';
import { sortLock } from './sort-lock.ts';

const HEAD = [
  '# Written by `karapace build`: commit this file, and do not edit it.',
  '# Two branches that both changed it: take one side, then run `karapace build`.',
].join('\n');

/** A lock as TOML: sorted, one record per line, so that merges stay small. The same lock gives the same bytes. */
export function printLock(lock: LockFile): string {
  const { intent, base, packages, ...head } = sortLock(lock);
  const { lock_version, hash_version, env_id, short_id, ids } = head;
  const { reference, source, tree, parameters, archives } = base;
  const sections = [
    HEAD,
    `${printTable({ lock_version, hash_version, env_id, short_id, ids })}\n${printRecords('packages', packages.map(packageRecord))}`,
    `[base]\n${printTable({ reference, source, tree })}\n${printRecords('archives', archives.map(archiveRecord))}`,
    section('base.parameters', parameters),
    `[intent]\nmanifest_version = ${intent.manifest_version}\n${printRecords('mounts', intent.mounts.map(mountRecord))}`,
    section('intent.base', { image: intent.base.image }),
    section('intent.system', { packages: intent.system.packages }),
    section('intent.gui', { apps: intent.gui.apps }),
    section('intent.hardware', { gpu: intent.hardware.gpu, audio: intent.hardware.audio }),
    section('intent.runtime', { backend: intent.runtime.backend, network_isolation: intent.runtime.network_isolation }),
    section('intent.runtime.resource_limits', intent.runtime.resource_limits),
  ];
  return `${sections.join('\n\n')}\n`;
}

function section(name: string, fields: Readonly<Record<string, unknown>>): string {
  const table = printTable(fields);
  return table === '' ? `[${name}]` : `[${name}]\n${table}`;
}

function printRecords(key: string, records: readonly Readonly<Record<string, unknown>>[]): string {
  return `${key} = ${printList(records.map(printInlineTable))}`;
}

function archiveRecord({ name, version, arch, size, sha256, url }: ArchivePin) {
  return { name, version, arch, size, sha256, url };
}

function packageRecord({ asked, manager, ...archive }: PackagePin) {
  const { name, version, arch, ...rest } = archiveRecord(archive);
  return { name, version, arch, asked, manager, ...rest };
}

function mountRecord({ label, host, container }: LockFile['intent']['mounts'][number]) {
  return { label, host, container };
}
