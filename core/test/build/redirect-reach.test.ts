import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('redirect-program.ts', import.meta.url));
const [PUBLIC, OTHER_PUBLIC, PRIVATE, LINK_LOCAL] = ['203.0.113.7', '198.51.100.7', '10.1.2.3', '169.254.169.254'];
const LOOPBACK = '127.0.0.1';

/** All of these lie on the loopback of a network of its own, so that no packet leaves this machine. */
function tryWays(...ways: readonly (readonly string[])[]): readonly string[] {
  const script = [
    'ip link set lo up',
    ...[PUBLIC, OTHER_PUBLIC, PRIVATE, LINK_LOCAL].map((address) => `ip address add ${address}/32 dev lo`),
    'exec "$@"',
  ].join('\n');
  const network = process.getuid?.() === 0 ? ['--net'] : ['--user', '--map-root-user', '--net'];
  const program = [process.execPath, '--conditions=karapace-source', PROGRAM, JSON.stringify(ways)];
  const output = execFileSync('unshare', [...network, 'sh', '-euc', script, 'sh', ...program], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  });
  return JSON.parse(output) as readonly string[];
}

test('a server sends nobody nearer to this machine than it is itself, by address or by name', () => {
  expect(
    tryWays(
      [PUBLIC, OTHER_PUBLIC],
      [PUBLIC, PRIVATE],
      [PUBLIC, LOOPBACK],
      [PUBLIC, 'localhost'],
      [PUBLIC, '[::1]'],
      [PUBLIC, '2130706433'],
      [PUBLIC, LINK_LOCAL],
      [PRIVATE, PUBLIC],
      [PRIVATE, LOOPBACK],
      [PRIVATE, LINK_LOCAL],
      [LOOPBACK, 'localhost'],
      [LOOPBACK, PRIVATE],
      [LOOPBACK, LINK_LOCAL],
      ['localhost', LINK_LOCAL],
    ),
  ).toEqual([
    '203.0.113.7 > 198.51.100.7: reached, reached',
    '203.0.113.7 > 10.1.2.3: refused, refused',
    '203.0.113.7 > 127.0.0.1: refused, refused',
    '203.0.113.7 > localhost: refused, refused',
    '203.0.113.7 > [::1]: refused, refused',
    '203.0.113.7 > 2130706433: refused, refused',
    '203.0.113.7 > 169.254.169.254: refused, refused',
    '10.1.2.3 > 203.0.113.7: reached, reached',
    '10.1.2.3 > 127.0.0.1: refused, refused',
    '10.1.2.3 > 169.254.169.254: refused, refused',
    '127.0.0.1 > localhost: reached, reached',
    '127.0.0.1 > 10.1.2.3: reached, reached',
    '127.0.0.1 > 169.254.169.254: refused, refused',
    'localhost > 169.254.169.254: refused, refused',
  ]);
});

test('who was sent outside is not sent back in', () => {
  const [way] = tryWays([LOOPBACK, PUBLIC, LOOPBACK]);

  expect(way).toBe('127.0.0.1 > 203.0.113.7 > 127.0.0.1: refused, reached');
});
