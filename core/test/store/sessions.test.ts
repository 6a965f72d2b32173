import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { EnvIdentity } from '../../src/contracts/ids.ts';
import type { OpenEnvironment, SessionShape } from '../../src/contracts/environment-store.ts';
import type { Store } from '../../src/contracts/store.ts';
import { makeTestStore, storeProgram, testEnvironment } from './test-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
beforeEach(async () => {
  fixture = await makeTestStore();
  store = fixture.store;
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const idOf = (digit: string): EnvIdentity => testEnvironment(digit, undefined).lock.env_id;
const commit = (digit: string, name?: string) => store.environments.put(testEnvironment(digit, name));

describe('a session', () => {
  const shape: SessionShape = { network: 'none', targets: [] };
  const sessionsOf = (digit: string) => path.join(fixture.root, 'environments', idOf(digit), 'sessions');

  it('makes its environment Running, and keeps destruction out', async () => {
    await commit('a', 'work');
    const session = await store.environments.open(idOf('a'));
    session.begin(process.pid, shape);
    expect(await store.environments.get('work')).toMatchObject({ state: 'Running' });
    const busy = { code: 'ENVIRONMENT_BUSY', message: expect.stringContaining(`process ${process.pid} (`) as string };
    await expect(store.environments.destroy(idOf('a'))).rejects.toMatchObject(busy);
    await session[Symbol.asyncDispose]();
    expect(await store.environments.get('work')).toMatchObject({ state: 'Built' });
    expect(fs.readdirSync(sessionsOf('a'))).toEqual(['.spare']);
  });

  it('lets its environment go where the disk fails at its end', async () => {
    await commit('a', 'work');
    const session = await store.environments.open(idOf('a'));
    session.begin(process.pid, shape);
    const failing = vi.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    });
    await expect(session[Symbol.asyncDispose]()).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
    failing.mockRestore();
    await store.environments.destroy(idOf('a'));
  });

  it('is none while its record is being written into the file of one that ended', async () => {
    await commit('a', 'work');
    await using session = await store.environments.open(idOf('a'));
    session.begin(process.pid, shape);
    const [record = ''] = fs.readdirSync(sessionsOf('a'));
    fs.renameSync(path.join(sessionsOf('a'), record), path.join(sessionsOf('a'), `${record}.new`));
    expect(await store.environments.get('work')).toMatchObject({ state: 'Built' });
    expect(await store.environments.sessions(idOf('a'))).toEqual([]);
  });

  it('is joined by the next, which keeps the environment when the first has left', async () => {
    await commit('a', 'work');
    const first = await store.environments.open(idOf('a'));
    expect(first.joins).toBeUndefined();
    first.begin(process.pid, shape);
    const second = await store.environments.open(idOf('a'));
    expect(second.joins).toMatchObject({ sandbox: { pid: process.pid }, client: { pid: process.pid }, shape });
    second.begin(process.pid, shape);
    await first[Symbol.asyncDispose]();
    await expect(store.environments.destroy(idOf('a'))).rejects.toMatchObject({ code: 'ENVIRONMENT_BUSY' });
    expect(await store.environments.sessions(idOf('a'))).toHaveLength(1);
    await second[Symbol.asyncDispose]();
    await store.environments.destroy(idOf('a'));
  });

  it('lets nobody else in until it has begun, and says who is entering', async () => {
    await commit('a', 'work');
    const first = await store.environments.open(idOf('a'));
    const waits: string[] = [];
    const second = store.environments.open(idOf('a'), { onWait: (holder) => waits.push(holder) });
    await vi.waitUntil(() => waits.length > 0);
    expect(waits).toEqual([expect.stringContaining(`process ${process.pid} (`)]);
    first.begin(process.pid, shape);
    expect((await second).joins?.sandbox.pid).toBe(process.pid);
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
  });

  it('that was never begun leaves nothing behind', async () => {
    await commit('a', 'work');
    await (await store.environments.open(idOf('a')))[Symbol.asyncDispose]();
    const next = await store.environments.open(idOf('a'));
    expect(next.joins).toBeUndefined();
    await next[Symbol.asyncDispose]();
  });

  it('cannot begin while the environment is closed', async () => {
    await commit('a', 'work');
    let isOpen = false;
    let opening: Promise<OpenEnvironment> | undefined;
    await store.environments.closed(idOf('a'), async () => {
      opening = store.environments.open(idOf('a')).finally(() => (isOpen = true));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(isOpen).toBe(false);
    });
    await (await opening)?.[Symbol.asyncDispose]();
    expect(isOpen).toBe(true);
  });

  it('lives on in a child that inherited its lock, and ends with it', async () => {
    await commit('a', 'work');
    const session = await store.environments.open(idOf('a'));
    const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', session.lockDescriptor] });
    await once(child, 'spawn');
    session.begin(child.pid ?? 0, shape);
    await session[Symbol.asyncDispose]();
    expect(await store.environments.get('work')).toMatchObject({ state: 'Running' });
    const next = await store.environments.open(idOf('a'));
    expect(next.joins?.sandbox.pid).toBe(child.pid);
    await next[Symbol.asyncDispose]();
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await store.environments.get('work')).toMatchObject({ state: 'Built' });
    await using again = await store.environments.open(idOf('a'));
    expect(again.joins).toBeUndefined();
    expect(fs.readdirSync(sessionsOf('a'))).toEqual(['.spare']);
  });

  const own = JSON.stringify(process.pid);
  it.each([
    ['of a process whose number another has', `{"sandbox":{"pid":${own},"start_time":"1"}`],
    ['of every process', '{"sandbox":{"pid":-1,"start_time":"1"}'],
    ['of all processes of this group', '{"sandbox":{"pid":0,"start_time":"1"}'],
    ['that is no JSON', '{'],
    ['that is null', 'null'],
  ])('%s is none, whatever its record says', async (_, start) => {
    await commit('a', 'work');
    const rest = `"client":{"pid":${own},"command":"x"},"shape":{"network":"none","targets":[]},"started_at":"2026-01-01T00:00:00.000Z"`;
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    fs.mkdirSync(sessionsOf('a'));
    const text = start.startsWith('{"') ? `${start},${rest},"boot_id":"${boot}"}` : start;
    fs.writeFileSync(path.join(sessionsOf('a'), 'record'), text);
    expect(await store.environments.get('work')).toMatchObject({ state: 'Built' });
    expect(await store.environments.sessions(idOf('a'))).toEqual([]);
    await using session = await store.environments.open(idOf('a'));
    expect(session.joins).toBeUndefined();
  });

  it('can be opened while others keep looking', async () => {
    await commit('a', 'work');
    const looker = spawn(process.execPath, storeProgram('look', fixture.root), {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(looker.stdout, 'data');
    for (let round = 0; round < 100; round += 1) {
      const session = await store.environments.open(idOf('a'));
      await session[Symbol.asyncDispose]();
    }
    looker.kill('SIGKILL');
    const [code, signal] = (await once(looker, 'close')) as [number | null, string | null];
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
