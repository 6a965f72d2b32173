import { expect, test } from 'vitest';

import { checkShape, shapeOf } from '../../src/build/session-shape.ts';
import type { SandboxSpec } from '../../src/contracts/sandbox.ts';
import type { LiveSession, SessionShape } from '../../src/contracts/environment-store.ts';

const specOf = (source: string): SandboxSpec => {
  const mounts = [
    { source, target: '/work', readOnly: false },
    { source: '/srv', target: '/data', readOnly: false },
  ];
  return { network: 'none', mounts } as unknown as SandboxSpec;
};
const check = (shape: SessionShape, source: string) => () =>
  checkShape({ client: { pid: 7, command: 'x' }, shape } as unknown as LiveSession, specOf(source));

test('a session is joined where the same is mounted on the same places', () => {
  expect(shapeOf(specOf('/a'))).toEqual({ network: 'none', targets: ['/data', '/work'], sources: ['/srv', '/a'] });
  expect(check(shapeOf(specOf('/a')), '/a')).not.toThrow();
});

test('a session with another directory on a place is not joined, and the error names both', () => {
  expect(check(shapeOf(specOf('/a')), '/b')).toThrow(/process 7 with `\/a` on `\/work`, and not `\/b`/u);
});

test('a session of before, which does not say what it mounts, can be joined', () => {
  expect(check({ network: 'none', targets: ['/data', '/work'] }, '/b')).not.toThrow();
});
