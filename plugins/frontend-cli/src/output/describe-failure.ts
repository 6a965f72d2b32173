import type { ErrorCode, SourcePlace } from '@karapace/core';

import { escapeControls, escapeField } from './escape-controls.ts';

/** What is known of an error that a user can reach. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly place: SourcePlace | undefined;
  readonly cause?: unknown;
  readonly exitCode: number;
}

/** By name: a plugin may have brought its own copy of the core along. */
export function isFailure(error: unknown): error is Failure & Error {
  return error instanceof Error && error.name === 'KarapaceError' && 'exitCode' in error;
}

/** The lines of `error[CODE]: sentence`, place, causes and `fix:`. */
export function describeFailure(failure: Failure): string {
  const lines = [`error[${failure.code}]: ${escapeControls(failure.message)}`];
  if (failure.place !== undefined) lines.push(`  --> ${escapeField(describePlace(failure.place))}`);
  for (const cause of causesOf(failure)) lines.push(indent(`cause: ${cause}`));
  if (failure.hint !== undefined) lines.push(`fix: ${escapeControls(failure.hint)}`);
  return lines.join('\n');
}

function describePlace({ file, line, column }: SourcePlace): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** The versioned object that `--json` prints instead of a result. */
export function failureRecord(failure: Failure): object {
  const { code, message, place, hint } = failure;
  return { code, message, place: place ?? null, fix: hint ?? null };
}

function causesOf(failure: Failure): string[] {
  const found: string[] = [];
  // An error may name itself as its cause; nobody reads more than a few.
  for (let cause = failure.cause; cause !== undefined && found.length < 5; cause = causeOf(cause)) {
    const text = escapeControls(textOf(cause)).trimEnd();
    if (text !== '' && !failure.message.includes(text)) found.push(text);
  }
  return found;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function causeOf(cause: unknown): unknown {
  return cause instanceof Error ? cause.cause : undefined;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
