import type { Context } from './context.ts';

/** What somebody is about to lose, and the question. */
export interface Question {
  readonly loss: string;
  readonly question: string;
}

/** Asks where somebody can answer; a script has decided already. */
export async function confirm({ loss, question }: Question, { output }: Context): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return true;
  const { createInterface } = await import('node:readline/promises');
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  dialogue.on('close', () => closed.abort());
  try {
    output.note(loss);
    return /^y(es)?$/i.test((await dialogue.question(`${question} [y/N] `, { signal: closed.signal })).trim());
  } catch (error) {
    // Ctrl-D and Ctrl-C say no.
    if (closed.signal.aborted) return false;
    throw error;
  } finally {
    dialogue.close();
  }
}
