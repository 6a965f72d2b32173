import type { Check } from '../../contracts/backend.ts';
import type { EnvIdentity } from '../../contracts/ids.ts';
import type { LiveSession } from '../../contracts/environment-store.ts';
import { KarapaceError } from '../../errors.ts';
import { environmentFiles } from '../environment-files.ts';
import { startTimeOf } from '../process-identity.ts';
import { readSessions, type FoundSessions } from '../session-record.ts';
import { isDigest, type StoreLayout } from '../store-layout.ts';
import { namesIn } from '../verify/inspection.ts';

interface EnvironmentSessions extends FoundSessions {
  readonly short: string;
}

/** Sessions that nobody waits for any more, and what those left that ended without saying so. */
export function checkSessions(layout: StoreLayout): Check {
  const about = { id: 'sessions', title: 'Sessions' };
  const found = readAll(layout);
  const left = found.find(({ live }) => live.some(isLeft));
  if (left !== undefined) return { ...about, state: 'warning', ...describeLeft(left) };
  const dead = found.find((each) => each.dead > 0);
  if (dead !== undefined) return { ...about, state: 'warning', ...describeDead(dead) };
  const count = found.reduce((sum, { live }) => sum + live.length, 0);
  return { ...about, state: 'ok', detail: count === 0 ? 'none' : `${count} live`, fix: null };
}

function readAll(layout: StoreLayout): readonly EnvironmentSessions[] {
  const ids = namesIn(layout.directory('environments')).filter(isDigest) as EnvIdentity[];
  return ids.flatMap((id) => {
    try {
      return [{ short: id.slice(0, 12), ...readSessions(environmentFiles(layout.environment(id))) }];
    } catch (error) {
      // Damage is named by the look at records.
      if (error instanceof KarapaceError) return [];
      throw error;
    }
  });
}

/** The program that waited for it was killed; what runs inside goes on. */
function isLeft({ client }: LiveSession): boolean {
  return startTimeOf(client.pid) === undefined;
}

function describeLeft({ short, live }: EnvironmentSessions): Pick<Check, 'detail' | 'fix'> {
  const pids = live.filter(isLeft).map(({ sandbox }) => sandbox.pid);
  const detail = `nobody waits any more for what runs in \`${short}\` (process ${pids.join(', ')})`;
  return { detail, fix: { description: `End it by \`karapace stop ${short}\`.` } };
}

function describeDead({ short, dead }: EnvironmentSessions): Pick<Check, 'detail' | 'fix'> {
  const detail = `${dead} in \`${short}\` ended without saying so, by a crash or a power cut`;
  return { detail, fix: { description: `Clear up by \`karapace stop ${short}\`, or by entering it.` } };
}
