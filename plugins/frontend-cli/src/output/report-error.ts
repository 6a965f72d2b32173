import { firstFailure } from '@karapace/core';

import { version } from '../version.ts';
import { describeFailure, failureRecord, isFailure } from './describe-failure.ts';
import { escapeControls } from './escape-controls.ts';
import { JSON_FORMAT, type Output } from './output.ts';

/**
 * Tells people or programs what went wrong.
 *
 * @returns the exit code: 1 failure, 2 manifest or lock, 3 store
 */
export function reportError(thrown: unknown, output: Output): number {
  const error = firstFailure(thrown);
  if (!isFailure(error)) return reportBug(error, output);
  if (output.json) output.printJson({ format: JSON_FORMAT, error: failureRecord(error) });
  const [headline = '', ...rest] = describeFailure(error).split('\n');
  output.note([output.style('red', headline), ...rest].join('\n'));
  if (output.trace) output.note(escapeControls(error.stack ?? ''));
  return error.exitCode;
}

function reportBug(error: unknown, output: Output): number {
  const message = error instanceof Error ? error.message : String(error);
  if (output.json) output.printJson({ format: JSON_FORMAT, error: { code: 'BUG', message, place: null, fix: null } });
  output.note(output.style('red', `error[BUG]: ${escapeControls(message)}`));
  output.note(escapeControls(error instanceof Error ? (error.stack ?? message) : message));
  output.note(
    `fix: This is a mistake in Karapace ${version()}, not in what you did; please report it with the lines above and the ` +
      `command that you typed (Node ${process.version}, ${process.platform} ${process.arch}).`,
  );
  return 1;
}
