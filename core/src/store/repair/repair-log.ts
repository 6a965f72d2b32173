import type { EnvIdentity } from '../../contracts/ids.ts';
import { printablePath, type ByteString } from '../tree-entry.ts';
import type { LostFile } from '../../contracts/verify.ts';
import type { StoreLayout } from '../store-layout.ts';
import { asideOf, type Aside } from './move-aside.ts';

/** What a repair did so far. */
export interface RepairLog {
  readonly aside: Aside;
  readonly made: string[];
  readonly lost: LostFile[];
  /** Environments with an upper that was made and does not show the root of its layers yet. */
  readonly undressed: Set<EnvIdentity>;
}

export function repairLog(layout: StoreLayout): RepairLog {
  return { aside: asideOf(layout), made: [], lost: [], undressed: new Set() };
}

export function noteMade({ made }: RepairLog, file: ByteString): void {
  made.push(printablePath(file).slice(1));
}

export function noteLost({ lost }: RepairLog, file: ByteString, what: string): void {
  lost.push({ file: printablePath(file).slice(1), what });
}
