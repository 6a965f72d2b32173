import { readFile, symlink } from 'node:fs/promises';
import path from 'node:path';

import { test as base, describe, expect } from 'vitest';

import { madeBy, MOCK, openWorkshop, runTable, type Workshop } from './support/engine.ts';
import { karapace } from './support/karapace.ts';

const FILES = '[[files]]\nsource = "etc"\ntarget = "/etc/project"\n';

const test = base.extend<{ shop: Workshop }>({
  shop: async ({}, use) => {
    await using shop = await openWorkshop();
    await shop.write({ 'project/etc/motd': 'hello\n' });
    await use(shop);
  },
});

const lockOf = ({ directory }: Workshop): Promise<string> =>
  readFile(path.join(directory, 'project/karapace.lock'), 'utf8');

describe('an environment with variables, files and runs', () => {
  const whole = [
    `${MOCK}[env]\nGREETING = "hello world"\n${FILES}`,
    runTable('one', 'write /opt/one 1'),
    runTable('two', 'write /opt/two 2'),
  ].join('');

  test('has them', async ({ shop }) => {
    const { layers, environment } = await shop.build(whole);

    expect(layers.map(({ name }) => name)).toEqual(['base', 'packages', 'files', 'run-one', 'run-two']);
    const { env_id } = environment;
    expect(await shop.exec(env_id, 'cat', '/etc/project/motd', '/opt/one', '/opt/two')).toBe('hello\n1\n2\n');
    expect(await shop.exec(env_id, 'env')).toContain('GREETING=hello world\n');
  });

  test('comes out the same a second time, layer by layer', async ({ shop }) => {
    const checked: string[] = [];
    shop.engine.hooks.layerChecked.tap('test', ({ layer, isSame }) => void checked.push(`${layer.name} ${isSame}`));

    expect(await shop.build(whole, { directory: shop.directory, check: true })).toMatchObject({ differences: [] });
    expect(checked.toSorted()).toEqual(['base true', 'files true', 'packages true', 'run-one true', 'run-two true']);
  });

  test('is unchanged by a comment, and builds nothing then', async ({ shop }) => {
    const { environment } = await shop.build(whole);
    shop.events.length = 0;

    for (const text of [whole, `# a comment\n${whole}`])
      expect(await shop.build(text)).toMatchObject({
        status: 'unchanged',
        environment: { env_id: environment.env_id },
      });
    expect(shop.events).toEqual([]);
  });

  test.for([
    ['the packages', whole.replace('"git"', '"git", "curl"'), ['packages-1', 'files', 'run-one', 'run-two']],
    ['a run', whole.replace('/opt/two 2', '/opt/two 3'), ['run-two']],
    ['the first run', whole.replace('/opt/one 1', '/opt/one 3'), ['run-one']],
    ['the name of a run', whole.replace('name = "two"', 'name = "other"'), []],
    ['a mount', `${whole}[mounts]\nhere = ".:/here"\n`, []],
    ['a limit', `${whole}[runtime.resource_limits]\ncpu_shares = 512\n`, []],
    ['a variable', whole.replace('hello world', 'hi'), ['run-one', 'run-two']],
    ['where a file lies inside', whole.replace('/etc/project', '/etc/other'), ['files', 'run-one', 'run-two']],
  ] as const)('builds only what has to be after a change of %s', async ([, changed, layers], { shop }) => {
    const before = await shop.build(whole);
    const after = await shop.build(changed);

    expect(madeBy(after)).toEqual(layers);
    expect(after.environment.env_id).not.toBe(before.environment.env_id);
    expect(await shop.build(changed)).toMatchObject({ status: 'unchanged' });
  });

  test('is another one when a file changes, with the same packages', async ({ shop }) => {
    const before = await shop.build(whole);
    const packages = (await lockOf(shop)).match(/^packages = \[[^]*?^\]/m)?.[0];
    await shop.write({ 'project/etc/motd': 'changed\n' });

    const after = await shop.build(whole);

    expect(madeBy(after)).toEqual(['files', 'run-one', 'run-two']);
    expect(after.environment.env_id).not.toBe(before.environment.env_id);
    expect(await lockOf(shop)).toContain(packages);
    expect(await shop.exec(after.environment.env_id, 'cat', '/etc/project/motd')).toBe('changed\n');
  });

  test('builds nothing above a layer that comes out with the same bytes', async ({ shop }) => {
    const text = `${MOCK}${runTable('one', 'write /opt/one 1')}${runTable('two', 'cat /opt/one', 'after = ["one"]')}`;
    await shop.build(text);

    expect(madeBy(await shop.build(text.replace('write /opt/one 1', 'true; write /opt/one 1')))).toEqual(['run-one']);
  });

  test('needs its files as they are pinned when it is locked', async ({ shop }) => {
    await shop.build(whole);
    await shop.write({ 'project/etc/motd': 'changed\n' });

    await expect(shop.build(whole, { directory: shop.directory, locked: true })).rejects.toMatchObject({
      code: 'LOCK_STALE',
      cause: { message: expect.stringContaining('files[0].content') },
    });
  });
});

describe('runs', () => {
  test('see what they come after and nothing of the others', async ({ shop }) => {
    const text = `${MOCK}${runTable('one', 'write /opt/one 1')}${runTable('two', 'cat /opt/one')}`;

    await expect(shop.build(text)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      cause: { message: expect.stringContaining('/opt/one: no such file') },
    });
    await shop.build(`${text}after = ["one"]\n`);
  });

  test('that do not need each other are run at the same time', async ({ shop }) => {
    await shop.build(
      `${MOCK}${runTable('one', 'sleep 0.2; write /one x')}${runTable('two', 'sleep 0.2; write /two x')}`,
    );

    const begun = ['run-one run…', 'run-two run…'].map((event) => shop.events.indexOf(event));
    const ended = ['…run run-one', '…run run-two'].map((event) => shop.events.indexOf(event));
    expect(Math.max(...begun)).toBeLessThan(Math.min(...ended));
  });

  test('are run one after the other where only one job is allowed', async ({ shop }) => {
    const text = `${MOCK}${runTable('one', 'sleep 0.1; write /one x')}${runTable('two', 'sleep 0.1; write /two x')}`;
    await shop.build(text, { directory: shop.directory, jobs: 1 });

    const runs = shop.events.filter((event) => / run…$|^…run /.test(event) && event.includes('run-'));
    expect(runs).toEqual(['run-one run…', '…run run-one', 'run-two run…', '…run run-two']);
  });

  test('that are the same are run once, whatever they are called', async ({ shop }) => {
    const { layers } = await shop.build(`${MOCK}${runTable('one', 'sleep 0.1')}${runTable('two', 'sleep 0.1')}`);

    expect(layers.map(({ name, reused }) => [name, reused]).slice(2)).toEqual([
      ['run-one', false],
      ['run-two', true],
    ]);
    expect(shop.events.filter((event) => event.startsWith('built run-'))).toEqual(['built run-one']);
  });

  test('that write one path leave the file of the last in the manifest', async ({ shop }) => {
    const [one, two] = [runTable('one', 'write /opt/x one'), runTable('two', 'write /opt/x two')];

    const first = await shop.build(`${MOCK}${one}${two}`);
    const second = await shop.build(`${MOCK}${two}${one}`);

    expect(await shop.exec(first.environment.env_id, 'cat', '/opt/x')).toBe('two\n');
    expect(await shop.exec(second.environment.env_id, 'cat', '/opt/x')).toBe('one\n');
    expect(madeBy(second)).toEqual([]);
  });

  test('that fail say which command and with what code, and leave no environment', async ({ shop }) => {
    const building = shop.build(`${MOCK}${runTable('bad', 'exit 3')}`);

    await expect(building).rejects.toMatchObject({ message: expect.stringMatching(/`\/bin\/sh -c exit 3`.* 3$/) });
    expect(shop.events.at(-1)).toBe('failed run-bad');
    expect(await shop.engine.list()).toEqual([]);
  });

  test('have what they print told line by line', async ({ shop }) => {
    const lines: string[] = [];
    shop.engine.hooks.outputPrinted.tap('test', (line) => void lines.push(line));
    await shop.build(`${MOCK}${runTable('talker', 'echo one; echo two')}`);

    expect(lines).toEqual(['one', 'two']);
  });

  test('with network are warned of, and refused offline', async ({ shop }) => {
    const text = `${MOCK}${runTable('fetch', 'true', 'network = true')}`;

    await expect(shop.build(text, { directory: shop.directory, offline: true })).rejects.toMatchObject({
      code: 'OFFLINE',
    });
    await shop.build(text);
    expect(shop.events).toContainEqual(expect.stringContaining('warning The run `fetch` has network'));
  });
});

test('a layer’s phases tell how much there was to do', async ({ shop }) => {
  const phases: string[] = [];
  shop.engine.hooks.layerPhaseFinished.tap('test', ({ layer, phase, count, bytes, milliseconds }) => {
    if (layer.name === 'packages') phases.push(`${phase} ${count} ${bytes > 0} ${milliseconds >= 0}`);
  });
  await shop.build(MOCK);

  // Two archives; four files, and the root with six directories.
  expect(phases).toEqual(['fetch 2 true true', 'run 0 false true', expect.stringMatching(/^keep \d+ true true$/)]);
});

test('files that lead out of the project are refused, and nothing is built', async ({ shop }) => {
  await symlink('/etc', path.join(shop.directory, 'project/out'));

  await expect(shop.build(`${MOCK}[[files]]\nsource = "out/passwd"\ntarget = "/x"\n`)).rejects.toMatchObject({
    code: 'FILES_INVALID',
    message: expect.stringContaining('`out/passwd`'),
  });
  expect(shop.events).toEqual([]);
});

test('variables of the manifest reach none of the programs that Karapace starts', async ({ shop }) => {
  const trap = path.join(shop.directory, 'trap.cjs');
  await shop.write({
    'trap.cjs': `require('node:fs').writeFileSync(${JSON.stringify(`${trap}.sprung`)}, 'x')`,
    'project/karapace.toml': `${MOCK}[env]\nNODE_OPTIONS = "--require=${trap}"\nLD_PRELOAD = "${trap}"\nPATH = "/nowhere"\nBASH_ENV = "${trap}"\n`,
  });
  const place = { store: path.join(shop.directory, 'store'), cwd: path.join(shop.directory, 'project') };

  expect(await karapace(['build', '--name', 'dev'], place)).toMatchObject({ code: 0 });
  const { stdout } = await karapace(['exec', 'dev', '--', 'env'], place);

  expect(stdout).toContain(`LD_PRELOAD=${trap}\n`);
  await expect(readFile(`${trap}.sprung`)).rejects.toMatchObject({ code: 'ENOENT' });
});
