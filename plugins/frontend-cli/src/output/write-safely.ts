let isStdoutWatched = false;
let isStderrWatched = false;

/**
 * Makes failed writes to stdout count: a reader that went away ends the program quietly, a full disk is an error.
 *
 * Both streams are opened by their first use only: that is a good part of the time that a short command takes.
 */
export function watchStdout(): void {
  if (!isStdoutWatched) process.stdout.on('error', endWithoutStdout);
  isStdoutWatched = true;
}

export function writeResult(text: string): void {
  watchStdout();
  process.stdout.write(text);
}

/** The same for text of any length: resolves when there is room for more. */
export async function writeResultSlowly(text: string): Promise<void> {
  watchStdout();
  if (process.stdout.write(text)) return;
  await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Writes to stderr. Where nobody reads it any more there is nobody to tell, and the work is worth finishing. */
export function writeNote(text: string): void {
  if (!isStderrWatched) process.stderr.on('error', () => undefined);
  isStderrWatched = true;
  process.stderr.write(text);
}

function endWithoutStdout(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  writeNote(
    `error[OUTPUT_FAILED]: Cannot write the result to stdout: ${error.message}\n` +
      'fix: Make room where stdout goes, or send it elsewhere, and run the command again.\n',
  );
  process.exit(1);
}
