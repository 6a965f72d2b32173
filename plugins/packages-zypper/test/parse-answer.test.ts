import { expect, test } from 'vitest';

import { parseInventory, parseRepositories, parseSolution } from '../src/parse-answer.ts';

test('repositories are read with their addresses, the one that wins first', () => {
  const xml = `<stream><repo-list>
<repo alias="late" name="Late" type="rpm-md" priority="120" enabled="1">
<url>http://late.example.invalid/?a=1&amp;b=2</url>
</repo>
<repo alias="a/b" name="First" type="rpm-md" priority="99" enabled="1">
<url>http://first.example.invalid/</url>
<url>http://mirror.example.invalid/</url>
</repo>
</repo-list></stream>`;

  expect(parseRepositories(xml)).toEqual([
    { alias: 'a/b', address: 'http://first.example.invalid/', priority: 99 },
    { alias: 'late', address: 'http://late.example.invalid/?a=1&b=2', priority: 120 },
  ]);
});

test('what is installed, and what it provides, is read from lines; others are passed over', () => {
  const lines = [
    'list\t0\ttiny',
    'installed\tbash\t0\t5.2\t1',
    'installed\tvim\t2\t9.1\t1',
    'no package provides awk',
    'provides\tsh\tbash',
  ];

  expect(parseInventory(lines.join('\n'))).toEqual({
    lists: [{ number: 0, directory: 'tiny' }],
    installed: new Map([
      ['bash', '5.2-1'],
      ['vim', '2:9.1-1'],
    ]),
    provides: [['sh', 'bash']],
  });
});

test('packages that come into the image are chosen, whether new or in place of others; patterns and what goes are not', () => {
  const xml = `<install-summary>
<to-install><solvable type="package" name="git" edition="1:2-3" arch="x86_64" summary="a &gt; b"><description>x</description></solvable>
<solvable type="pattern" name="base" edition="1-1" arch="x86_64"/></to-install>
<to-upgrade><solvable type="package" name="vim" edition="9-1" edition-old="8-1" arch="noarch"/></to-upgrade>
<to-remove><solvable type="package" name="vi" edition="1-1" arch="noarch"/></to-remove>
</install-summary>`;

  expect(parseSolution(xml)).toEqual({
    chosen: [
      { name: 'git', version: '1:2-3', arch: 'x86_64' },
      { name: 'vim', version: '9-1', arch: 'noarch' },
    ],
    removed: ['vi'],
    said: '',
  });
});

test('of a conflict the problem is said, and not the solutions to choose from', () => {
  const xml = `<message type="info">Loading</message><message type="warning">Careful</message>
<prompt id="1"><description>Problem: nothing provides /bin/sh needed by x
 Solution 1: do not install x
</description></prompt>`;

  expect(parseSolution(xml).said).toBe('Careful; Problem: nothing provides /bin/sh needed by x');
});
