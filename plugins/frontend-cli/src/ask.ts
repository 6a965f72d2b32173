/** Somebody can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Asks on stderr for one line.
 *
 * @returns without the spaces around it; `undefined` for Ctrl-D. Ctrl-C is a SIGINT, as everywhere else
 */
export async function ask(question: string): Promise<string | undefined> {
  const { createInterface } = await import('node:readline/promises');
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  dialogue.on('close', () => closed.abort());
  // The terminal is raw, so that the key is no signal.
  dialogue.on('SIGINT', () => {
    dialogue.close();
    process.emit('SIGINT');
  });
  try {
    return (await dialogue.question(question, { signal: closed.signal })).trim();
  } catch (error) {
    if (closed.signal.aborted) return undefined;
    throw error;
  } finally {
    dialogue.close();
  }
}
