import type { Check } from '@karapace/core';
import { expect, test } from 'vitest';

import { planFixes } from '../../src/doctor/plan-fixes.ts';
import { runFixes } from '../../src/doctor/run-fixes.ts';

const check = (state: Check['state'], fix: Check['fix']): Check => ({ id: 'x', title: 'X', state, detail: 'd', fix });
const packages = (...names: string[]): Check['fix'] => ({ description: 'Install it.', debianPackages: names });

/** Answers each command by the first key it starts with; 0 otherwise. */
async function mend(
  plan: ReturnType<typeof planFixes>,
  { uid = 0, canAsk = false, answers = {} as Record<string, number[]> } = {},
) {
  const commands: string[] = [];
  const notes: string[] = [];
  const failure = await runFixes(plan, {
    uid,
    canAsk,
    note: (text) => void notes.push(text),
    run: async (command, { silent = false } = {}) => {
      const line = command.join(' ');
      if (!silent)
        commands.push(
          line
            .replace(/env DEBIAN_FRONTEND=\w+ |--no-install-recommends | ?-o DPkg::Lock::Timeout=\d+|-y /g, '')
            .replaceAll(/ +/g, ' ')
            .trim(),
        );
      const key = Object.keys(answers).find((prefix) => line.includes(prefix));
      return (key === undefined ? undefined : answers[key]?.shift()) ?? 0;
    },
  }).catch((error: unknown) => error);
  return { commands, notes, failure };
}

const PLAN = planFixes([check('failed', packages('bubblewrap'))]);

test('the plan has every fix once, and none of what is as it should be', () => {
  const sysctl = ['sysctl', '-w', 'a=1'];

  expect(
    planFixes([
      check('failed', packages('mmdebstrap', 'bubblewrap')),
      check('warning', { description: 'x', debianPackages: ['bubblewrap'], commands: [sysctl] }),
      check('failed', { description: 'x', commands: [[...sysctl]] }),
      check('ok', packages('never')),
      check('failed', null),
      check('warning', { description: 'x', commands: [['usermod', 'kim']] }),
    ]),
  ).toEqual({
    packages: ['bubblewrap', 'mmdebstrap'],
    wishes: [],
    commands: [sysctl],
    wishedCommands: [['usermod', 'kim']],
  });
});

test('root installs what is known without asking the mirror for lists', async () => {
  expect(await mend(PLAN)).toMatchObject({ commands: ['apt-get install bubblewrap'], failure: undefined });
});

test('each command is printed before it runs', async () => {
  const { notes } = await mend(PLAN);

  expect(notes).toEqual([
    expect.stringMatching(/^\+ env DEBIAN_FRONTEND=noninteractive apt-get install -y .*bubblewrap$/),
  ]);
});

test('an unknown package makes the lists be fetched, and a broken source elsewhere does not matter', async () => {
  const { commands, notes, failure } = await mend(PLAN, {
    answers: { 'apt-cache show': [100], 'apt-get update': [100] },
  });

  expect(commands).toEqual(['apt-get update', 'apt-get install bubblewrap']);
  expect(notes).toContainEqual(expect.stringContaining('warning: `apt-get update` ended with code 100'));
  expect(failure).toBeUndefined();
});

test('lists that are too old are fetched again, once', async () => {
  const once = await mend(PLAN, { answers: { 'apt-get install': [100] } });
  expect(once.commands).toEqual(['apt-get install bubblewrap', 'apt-get update', 'apt-get install bubblewrap']);

  const twice = await mend(PLAN, { answers: { 'apt-get install': [100, 100] } });
  expect(twice.failure).toMatchObject({ code: 'TOOL_FAILED', message: expect.stringContaining('ended with code 100') });
});

test('a user goes through sudo, without a password or where it can be asked for', async () => {
  expect((await mend(PLAN, { uid: 1000 })).commands).toEqual(['sudo apt-get install bubblewrap']);
  expect((await mend(PLAN, { uid: 1000, canAsk: true, answers: { 'sudo -n': [1] } })).commands).toEqual([
    'sudo apt-get install bubblewrap',
  ]);
});

test.each([1, 127])(
  'where sudo answers %d and nobody can be asked, the error says what root has to run',
  async (code) => {
    const { commands, failure } = await mend(PLAN, { uid: 1000, canAsk: code === 127, answers: { 'sudo -n': [code] } });

    expect(commands).toEqual([]);
    expect(failure).toMatchObject({
      code: 'TOOL_MISSING',
      hint: expect.stringMatching(/apt-get install .*bubblewrap/),
    });
  },
);

test('a command that fails ends the mending', async () => {
  const plan = planFixes([
    check('failed', {
      description: 'x',
      commands: [
        ['sysctl', '-w', 'a=1'],
        ['sysctl', '-w', 'b=1'],
      ],
    }),
  ]);

  const { commands, failure } = await mend(plan, { answers: { 'a=1': [3] } });

  expect(commands).toEqual(['sysctl -w a=1']);
  expect(failure).toMatchObject({ code: 'TOOL_FAILED', message: '`sysctl -w a=1` ended with code 3' });
});

const WISH = planFixes([check('warning', packages('uidmap'))]);

test('what would only make something better is installed with the rest', async () => {
  const plan = planFixes([check('failed', packages('bubblewrap')), check('warning', packages('uidmap'))]);

  expect(await mend(plan)).toMatchObject({ commands: ['apt-get install bubblewrap uidmap'], failure: undefined });
});

test('a package that this machine does not have is told and left out, if it is only a wish', async () => {
  const { commands, notes, failure } = await mend(WISH, { answers: { 'apt-cache show': [100, 100] } });

  expect(commands).toEqual(['apt-get update']);
  expect(notes).toContainEqual(expect.stringContaining('no package uidmap'));
  expect(failure).toBeUndefined();
});

test('a user who cannot become root is told of a wish, and nothing fails', async () => {
  const { commands, notes, failure } = await mend(WISH, { uid: 1000, answers: { 'sudo -n': [1] } });

  expect(commands).toEqual([]);
  expect(notes).toContainEqual(expect.stringContaining('root could make this machine better'));
  expect(failure).toBeUndefined();
});

test('what would make something better is run too, and is no reason to ask for a password', async () => {
  const plan = planFixes([check('warning', { description: 'x', commands: [['usermod', 'kim']] })]);

  expect(await mend(plan)).toMatchObject({ commands: ['usermod kim'], failure: undefined });
  expect(await mend(plan, { uid: 1000, canAsk: true, answers: { 'sudo -n true': [1] } })).toEqual({
    commands: [],
    notes: [expect.stringContaining('`usermod kim`')],
    failure: undefined,
  });
});
