import { EventEmitter } from 'node:events';

import { expect, test } from 'vitest';

import { forwardSignals } from '../src/forward-signals.ts';

const ALL = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'];

function forward(terminal: boolean) {
  const source = new EventEmitter();
  const received: string[] = [];
  return {
    source,
    received,
    forwarding: forwardSignals(terminal, source),
    session: { signal: (name: string) => void received.push(name) },
  };
}

test('without a terminal every signal reaches the command, once', () => {
  const { source, received, forwarding, session } = forward(false);
  forwarding.to(session);

  for (const signal of ALL) source.emit(signal, signal);

  expect(received).toEqual(ALL);
});

test('on a terminal those that the terminal sends itself are not sent twice', () => {
  const { source, received, forwarding, session } = forward(true);
  forwarding.to(session);

  for (const signal of ALL) source.emit(signal, signal);

  expect(received).toEqual(['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('%s before there is a session ends the start with %d, or the session that comes all the same', (signal, code) => {
  const { source, received, forwarding, session } = forward(true);

  source.emit(signal, signal);
  expect([forwarding.early.aborted, forwarding.exitCode()]).toEqual([true, code]);
  forwarding.to(session);

  expect(received).toEqual([signal]);
});

test('a window that changes before there is a session ends nothing', () => {
  const { source, forwarding } = forward(true);

  source.emit('SIGWINCH', 'SIGWINCH');

  expect(forwarding.early.aborted).toBe(false);
});

test('after closing, signals have their usual effect again', () => {
  const { source, forwarding } = forward(false);

  forwarding.close();

  expect(source.eventNames()).toEqual([]);
});
