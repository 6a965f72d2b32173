import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { openTerminal, type Terminal } from '@karapace/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { VERBS } from '../../src/verbs.ts';
import { configOffering, MANIFEST } from '../mock-manifests.ts';
import { makeSandbox, pathWithKarapace, runKarapace, type Sandbox } from '../run-karapace.ts';
import { SCREENS, type Screen } from './screen-lines.ts';

/** What the mirror of `moving` has, one day and another. */
const OFFERS = {
  today: { git: '1.0', 'git-data': '1.0', curl: '8.0' },
  tomorrow: { git: '1.2', 'git-data': '1.0', curl: '8.1' },
};

let box: Sandbox;
let terminal: Terminal;

beforeAll(async () => {
  box = await makeSandbox();
  const project = path.join(box.folder, 'project');
  await mkdir(project);
  await mkdir(path.join(box.folder, 'moving'));
  for (const [offer, versions] of Object.entries(OFFERS))
    await writeFile(path.join(box.folder, 'moving', `${offer}.ts`), configOffering(versions));
  await mkdir(path.join(box.folder, 'empty'));
  await writeFile(path.join(project, 'karapace.toml'), MANIFEST);
  await writeFile(path.join(project, 'broken.toml'), MANIFEST.replace('[system]', '[sytem]'));
  terminal = await openTerminal();
  await terminal.resize(80, 60);
  const variables = { ...box.environment, PATH: await pathWithKarapace(box), NO_COLOR: '1' };
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  await writeFile(path.join(box.folder, 'settings'), `${exports.join('\n')}\ncd '${project}'\nPS1='host> '\n`);
  await terminal.press(`. '${box.folder}/settings'; echo set`, 'Enter');
  await terminal.waitFor(/^set$/mu);
});
afterAll(async () => {
  await terminal[Symbol.asyncDispose]();
  await box[Symbol.asyncDispose]();
});

let typed = 0;

/** Types a line in the terminal, and gives the screen once it has said the code, which no earlier line can have said. */
async function screenOf(line: string, answer: Screen['answer']): Promise<string> {
  typed += 1;
  await terminal.press(`clear; ${line}; echo "[code $? of ${typed}]"`, 'Enter');
  if (answer !== undefined) {
    await terminal.waitFor(answer.to);
    await terminal.press(answer.key, 'Enter');
  }
  const screen = await terminal.waitFor(new RegExp(`^\\[code \\d+ of ${typed}\\]$`, 'mu'));
  const [end = ''] = /\[code \d+ of \d+\]/u.exec(screen) ?? [];
  return filter(`${screen.slice(0, screen.indexOf(end))}${end.replace(/ of \d+/u, '')}\n`);
}

/** Makes what changes from run to run constant, and as long as it was where columns depend on it. */
function filter(text: string): string {
  return text
    .replaceAll(box.folder, '/home/you')
    .replaceAll(/\b[0-9a-f]{64}\b/g, (digits) => '0'.repeat(digits.length))
    .replaceAll(/\b[0-9a-f]{12}\b/g, '012345678901')
    .replaceAll(/\d{4}-\d\d-\d\d([ T])\d\d:\d\d(:\d\d\.\d{3}Z)?/g, (time) =>
      '2026-01-01 00:00:00.000Z'.slice(0, time.length),
    )
    .replaceAll(/\b\d+(\.\d+)? (ms|s)\b/g, '1 s')
    .replaceAll(/\b\d+(\.\d+)? (B|KB|MB|KiB|MiB)\b/g, '1 MB')
    .replaceAll(/\b\d+ files\b/g, '99 files')
    .replaceAll(/[ \t]+$/gm, '');
}

test('every command has a screen, but for those that tell of this machine or are programs', () => {
  const typedWords = SCREENS.flatMap(({ line }) => line.match(/(?<=karapace )[a-z-]+/gu) ?? []);
  const without = VERBS.filter(({ name, aliases }) => ![name, ...aliases].some((word) => typedWords.includes(word)));

  expect(without.map(({ name }) => name)).toEqual(['doctor']);
});

describe('a screen of 80 columns', () => {
  test.each(SCREENS)('after $name reads well', async ({ name, line, answer }) => {
    const screen = await screenOf(line, answer);

    expect(Math.max(...screen.split('\n').map((row) => row.length))).toBeLessThanOrEqual(80);
    expect(screen).not.toContain('\u001b');
    await expect(screen).toMatchFileSnapshot(`screens/${name.replaceAll(' ', '-')}.txt`);
  });
});

test('Ctrl-C at a build says what it left as it was', async () => {
  const slow = `await new Promise((resolve) => setTimeout(resolve, 3_600_000)); export default { manifest_version: 1, base: { image: 'debian/trixie' } };`;
  await writeFile(path.join(box.folder, 'project', 'slow.config.mjs'), slow);
  await terminal.press('clear; karapace build slow.config.mjs; echo "[code $?]"', 'Enter');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await terminal.press('C-c');

  expect(await terminal.waitFor(/^\[code 130\]$/mu)).toMatch(/Everything is as it was|is as it was/u);
});

test.each([
  [['inspect', 'nobody'], 1, 'ENVIRONMENT_NOT_FOUND'],
  [['build', 'broken.toml'], 2, 'MANIFEST_INVALID'],
  [['--store', '/usr', 'list'], 3, 'STORE_'],
] as const)('%j as a pipe and as JSON gives the code %d', async (args, code, error) => {
  const at = { cwd: path.join(box.folder, 'project'), environment: box.environment };
  const piped = await runKarapace(args, at);
  const json = await runKarapace([...args, '--json'], at);

  expect([piped.code, json.code]).toEqual([code, code]);
  expect(piped.stderr).toContain(`error[${error}`);
  expect(json.stdout.split('\n')).toHaveLength(2);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: expect.stringContaining(error) } });
});
