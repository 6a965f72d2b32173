import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Backend, Session, StartOptions } from '../contracts/backend.ts';
import { LIMIT_NAMES, NO_LIMITS } from '../manifest/limit-names.ts';
import type { BackendBench, BackendSuiteOptions } from './backend-bench.ts';
import { describeIsolation } from './backend-isolation-suite.ts';
import { describeJoining } from './backend-join-suite.ts';
import { describeKills } from './backend-kill-suite.ts';
import { describeLimits } from './backend-limits-suite.ts';
import { describePlaces } from './backend-places-suite.ts';
import { runSample, sampleSpec } from './backend-runs.ts';
import { describeTerminals } from './backend-terminal-suite.ts';
import { describeUsers } from './backend-users-suite.ts';
import { makeTestRoot, type TestRoot } from './test-root.ts';

/** What every backend must do. Each backend plugin calls this from its own test folder. */
export function describeBackend(name: string, open: () => Promise<Backend>, options: BackendSuiteOptions = {}): void {
  describe(`${name} keeps the backend contract`, () => {
    let root: TestRoot;
    beforeAll(async () => {
      root = await makeTestRoot();
    });
    afterAll(() => root[Symbol.asyncDispose]());

    const spec: BackendBench['spec'] = async (command, changes) => {
      const ids = options.ids ?? (await (await open()).capabilities()).ids;
      return sampleSpec(root.directory, ids, { command, ...changes });
    };
    const bench: BackendBench = {
      options,
      backend: open,
      spec,
      run: async (command, changes) => runSample(await open(), await spec(command, changes)),
    };
    describeSelf(bench);
    describeCommands(bench);
    describeEnds(bench);
    if (options.isolates ?? true) {
      describeIsolation(bench);
      describePlaces(bench);
      describeLimits(bench);
      describeAbilities(bench);
    }
  });
}

function describeAbilities(bench: BackendBench): void {
  const { lacks = [], module } = bench.options;
  if (lacks.includes('join')) describeRefusedJoin(bench);
  else describeJoining(bench);
  if (lacks.includes('terminal')) describeRefusedTerminal(bench);
  if (lacks.includes('full-ids')) describeRefusedIds(bench);
  if (module === undefined) return;
  if (!lacks.includes('terminal')) describeTerminals(bench, module);
  describeKills(bench, module);
  describeUsers(bench, module);
}

function describeRefusedJoin({ backend, spec }: BackendBench): void {
  test('joining a session is refused by name', async () => {
    const opened = await backend();
    const first = await opened.start(await spec(['sleep', '600']), SILENT);
    const join = { pid: first.pid, start_time: '1' };

    await expect(opened.start(await spec(['true']), { ...SILENT, join })).rejects.toMatchObject({
      code: 'BACKEND_UNSUPPORTED',
    });
    await first.stop(0);
  });
}

function describeRefusedIds({ backend, spec }: BackendBench): void {
  test('ids besides 0 are refused by name', async () => {
    const opened = await backend();

    expect((await opened.capabilities()).ids).toBe('single');
    await expect(opened.start(await spec(['true'], { ids: 'full' }), SILENT)).rejects.toMatchObject({
      code: 'BACKEND_UNSUPPORTED',
    });
  });
}

function describeRefusedTerminal({ backend, spec }: BackendBench): void {
  test('a terminal is refused by name', async () => {
    const opened = await backend();

    expect((await opened.capabilities()).terminal).toBe(false);
    await expect(opened.start(await spec(['true'], { terminal: true }), SILENT)).rejects.toMatchObject({
      code: 'BACKEND_UNSUPPORTED',
    });
  });
}

function describeSelf({ backend, spec }: BackendBench): void {
  test('a plan is the same each time and starts nothing', async () => {
    const opened = await backend();
    const sample = await spec(['true']);

    expect(opened.plan(sample)).toEqual(opened.plan(sample));
    expect(opened.plan(sample).length).toBeGreaterThan(0);
  });

  test('the best ids can be opened, and wrap a command without changing it', async () => {
    const opened = await backend();
    const { ids } = await opened.capabilities();
    const space = await opened.idSpace(ids);

    expect(space.ids).toBe(ids);
    expect(space.wrap(['echo', 'a b', '$c']).slice(-3)).toEqual(['echo', 'a b', '$c']);
  });

  test('each finding of doctor has an id of its own', async () => {
    const ids = (await (await backend()).doctor()).map((check) => check.id);

    expect(ids).toEqual([...new Set(ids)]);
  });

  test('a limit that is not enforced is refused by name', async () => {
    const opened = await backend();
    const { limits } = await opened.capabilities();

    for (const limit of LIMIT_NAMES.filter((name) => !limits.includes(name))) {
      const limited = await spec(['true'], { limits: { ...NO_LIMITS, [limit]: 512 } });
      await expect(opened.start(limited, SILENT)).rejects.toMatchObject({
        code: 'BACKEND_UNSUPPORTED',
        message: expect.stringContaining(limit) as string,
      });
    }
  });
}

function describeCommands({ backend, spec, run, options }: BackendBench): void {
  test("the exit code is the command's own", async () => {
    const codes = [0, 1, 2, 15, 63, 64, 99, 100, 125, 126, 127, 128, 137, 143, 254, 255];
    const runs = await Promise.all(codes.map((code) => run(['sh', '-c', `exit ${code}`])));

    expect(runs.map(({ code }) => code)).toEqual(codes);
  });

  test('a command that does not exist gives 127 and is named on stderr', async () => {
    const { code, stderr } = await run(['no-such-command']);

    expect({ code, stderr }).toEqual({ code: 127, stderr: expect.stringContaining('no-such-command') as string });
  });

  test('arguments arrive as they are', async () => {
    const { stdout } = await run(['echo', 'a  b', '$HOME', '*', '\'"\\', '']);

    expect(stdout).toBe('a  b $HOME * \'"\\ \n');
  });

  test('the environment is what the spec says and nothing of this process', async () => {
    const environment = { PATH: '/usr/bin:/bin', GREETING: 'hello world', EMPTY: '' };
    const { stdout } = await run(['env'], { environment });
    const usual = ['PWD', 'SHLVL', '_', ...(options.additions?.variables ?? [])];
    const lines = stdout.split('\n').filter((line) => line !== '' && !usual.includes(line.split('=')[0] ?? ''));

    expect(lines.toSorted()).toEqual(['EMPTY=', 'GREETING=hello world', 'PATH=/usr/bin:/bin']);
  });

  test('the command starts in the working directory', async () => {
    expect((await run(['pwd'], { workingDirectory: '/etc' })).stdout).toBe('/etc\n');
  });

  test('a text on stdin arrives whole and ends', async () => {
    const text = 'line\n'.repeat(50_000);

    expect((await runSample(await backend(), await spec(['cat']), { text })).stdout).toBe(text);
  });

  test('output arrives while the command runs', async () => {
    const chunks: string[] = [];
    const first = Promise.withResolvers<void>();
    const streams = {
      stdin: 'ignore',
      stdout: (chunk: Buffer) => {
        chunks.push(String(chunk));
        first.resolve();
      },
      stderr: 'ignore',
    } as const;
    const session = await (await backend()).start(await spec(['sh', '-c', 'echo one; sleep 600']), { streams });
    await first.promise;

    expect(chunks).toEqual(['one\n']);
    await session.stop(0);
  });

  test('stdin that is ignored ends at once', async () => {
    expect(await run(['cat'])).toMatchObject({ code: 0, stdout: '' });
  });
}

function describeEnds(bench: BackendBench): void {
  test('a signal reaches the command, whose end by it is 128 and its number', async () => {
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGKILL', 137],
    ] as const) {
      const session = await startSleeper(bench);
      session.signal(signal);

      expect(await session.wait()).toEqual({ code });
    }
  });

  test('stop ends a command that would go on', async () => {
    const session = await startSleeper(bench);

    expect(await session.stop()).toEqual({ code: 143 });
    expect(await session.wait()).toEqual({ code: 143 });
  });

  test('aborting kills what runs', async () => {
    const controller = new AbortController();
    const session = await startSleeper(bench, controller.signal);
    controller.abort();

    expect(await session.wait()).toEqual({ code: 137 });
  });

  test('aborting while it is being started kills it, too', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const spec = await bench.spec(['sleep', '600']);
    const started = (await bench.backend()).start(spec, { ...SILENT, signal });
    controller.abort();
    // Too early for a session, it is the reason itself.
    const ended = await started.then(
      (session) => session.wait(),
      (error: unknown) => error,
    );

    expect([signal.reason, { code: 137 }]).toContainEqual(ended);
  });

  test('a signal after the end does nothing', async () => {
    const session = await (await bench.backend()).start(await bench.spec(['true']), SILENT);
    await session.wait();
    session.signal('SIGTERM');

    expect(await session.stop()).toEqual({ code: 0 });
  });
}

const SILENT: StartOptions = { streams: { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } };

/** Starts a command that says when it runs and then waits for its end. */
async function startSleeper({ backend, spec }: BackendBench, signal?: AbortSignal): Promise<Session> {
  const running = Promise.withResolvers<void>();
  const session = await (
    await backend()
  ).start(await spec(['sh', '-c', 'echo ready; sleep 600']), {
    streams: { stdin: 'ignore', stdout: () => running.resolve(), stderr: 'ignore' },
    signal,
  });
  await running.promise;
  return session;
}
