import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Backend } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { SandboxRoot, SandboxSpec } from '../contracts/sandbox.ts';
import { runSample, sampleSpec } from './backend-runs.ts';

/** Where a link is, and what comes of it if an image ships it, and if an earlier command planted it. */
interface Place {
  readonly path: string;
  readonly shipped: Outcome;
  readonly planted: Outcome;
}

/** The command runs and sees nothing of the host, or the sandbox is refused. */
type Outcome = 'ran' | 'SANDBOX_UNSAFE_ROOT';

const COVERED = { shipped: 'ran', planted: 'SANDBOX_UNSAFE_ROOT' } as const;
const REFUSED = { shipped: 'SANDBOX_UNSAFE_ROOT', planted: 'SANDBOX_UNSAFE_ROOT' } as const;
const INSIDE = { shipped: 'ran', planted: 'ran' } as const;

const PLACES: readonly Place[] = [
  { path: '/etc/passwd', ...INSIDE },
  { path: '/etc/hosts', ...INSIDE },
  { path: '/etc/resolv.conf', ...INSIDE },
  { path: '/root', ...INSIDE },
  { path: '/dev', ...COVERED },
  { path: '/proc', ...COVERED },
  { path: '/sys', ...COVERED },
  { path: '/tmp', ...COVERED },
  { path: '/run', ...COVERED },
  { path: '/workspace', ...REFUSED },
  { path: '/parent', ...REFUSED },
];
const TARGETS = ['/workspace', '/parent/deep'];

/** What a link says that is to lead to a canary of the host. */
const LINKS: readonly (readonly [string, (canary: string, link: string) => string])[] = [
  ['a file of the host', (canary) => join(canary, 'file')],
  ['a directory of the host', (canary) => join(canary, 'directory')],
  ['nothing yet', (canary) => join(canary, 'absent')],
  ['a directory of the host, relative', (canary, link) => relative(dirname(link), join(canary, 'directory'))],
  ["the host's root, relative", () => '../../../../../../../../../../..'],
  ['itself', (_, link) => basename(link)],
];

const CASES = PLACES.flatMap((place) => LINKS.map(([where, target]) => ({ ...place, where, target })));

interface Attempted {
  readonly outcome: string;
  readonly stdout: string;
}

/** Tries to write through the link, whatever it is, and to read what is there. */
const ATTEMPT = 'echo evil >"$1"; mkdir -p "$1/made"; echo evil >"$1/evil"; cat "$1" "$1/file"; chmod 700 "$1"; exit 0';

export interface LinksSuiteOptions {
  /** Default `single`: what is refused is so for all ids. */
  readonly ids?: Ids | undefined;
  /** Places of links where this backend may also refuse to run, with `SANDBOX_FAILED`; default none. */
  readonly refused?: readonly string[] | undefined;
  /** A layer to run things in. */
  readonly layer: () => string;
}

/** A backend must not follow links that an image ships or that an earlier command planted: 66 of them, each in both ways. */
export function describeLinks(name: string, open: () => Promise<Backend>, options: LinksSuiteOptions): void {
  describe(`${name} follows no link out of a root`, () => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'karapace-links-'));
      for (const made of ['source', 'canary/directory']) {
        await mkdir(join(directory, made), { recursive: true });
      }
      for (const file of ['canary/file', 'canary/directory/file']) await writeFile(join(directory, file), 'secret');
    });
    afterEach(() => rm(directory, { recursive: true, force: true }));

    /** Puts the link into an image of its own or into an upper of its own, and runs. */
    async function attempt(part: 'image' | 'upper', { path, target }: (typeof CASES)[number]): Promise<Attempted> {
      const own = join(directory, `with-${part}`);
      for (const made of ['image', 'upper', 'work']) await mkdir(join(own, made), { recursive: true });
      const link = join(own, part, path);
      await mkdir(dirname(link), { recursive: true });
      await symlink(target(join(directory, 'canary'), link), link);
      const lower = [join(own, 'image'), options.layer()];
      const upper = { kind: 'directory', directory: join(own, 'upper'), work: join(own, 'work') } as const;
      return outcomeOf(specOf({ kind: 'layers', lower, upper }, path, directory));
    }

    async function outcomeOf(spec: SandboxSpec): Promise<Attempted> {
      try {
        const { code, stdout } = await runSample(await open(), spec);
        return { outcome: code === 0 ? 'ran' : `code ${code}`, stdout };
      } catch (error) {
        return { outcome: (error as { code?: string }).code ?? String(error), stdout: '' };
      }
    }

    function specOf(root: SandboxRoot, path: string, place: string): SandboxSpec {
      const isTarget = TARGETS.some((target) => target.startsWith(path));
      const mounts = TARGETS.map((target) => ({ source: join(place, 'source'), target, readOnly: true }));
      return sampleSpec(options.layer(), options.ids ?? 'single', {
        root,
        mounts: isTarget ? mounts : [],
        command: ['sh', '-c', ATTEMPT, 'sh', path],
      });
    }

    test.for(CASES)('$path that leads to $where', async (each) => {
      const stdout = expect.not.stringContaining('secret') as string;
      const [shipped, planted] = await Promise.all([attempt('image', each), attempt('upper', each)]);

      const refused = (options.refused ?? []).includes(each.path) ? ['SANDBOX_FAILED'] : [];
      const oneOf = (outcome: Outcome) => expect.toBeOneOf([outcome, ...refused]) as string;
      expect(shipped).toEqual({ outcome: oneOf(each.shipped), stdout });
      expect(planted).toEqual({ outcome: oneOf(each.planted), stdout });
      expect(await listCanary(join(directory, 'canary'))).toEqual(['directory', 'directory/file', 'file']);
    });
  });
}

/** Names of everything there, after a look at what the files hold. */
async function listCanary(canary: string): Promise<readonly string[]> {
  for (const file of ['file', 'directory/file']) expect(await readFile(join(canary, file), 'utf8')).toBe('secret');
  expect((await stat(join(canary, 'directory'))).mode & 0o777).toBe(0o755);
  return (await readdir(canary, { recursive: true })).toSorted();
}
