import { ask, canAsk } from './ask.ts';
import type { Context } from './context.ts';

/** What somebody is about to lose, and the question. */
export interface Question {
  readonly loss: string;
  readonly question: string;
}

/** Asks where somebody can answer; a script has decided already. */
export async function confirm({ loss, question }: Question, { output }: Context): Promise<boolean> {
  if (!canAsk()) return true;
  output.note(loss);
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)) ?? '');
}
