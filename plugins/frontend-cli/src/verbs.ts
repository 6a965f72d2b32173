import type { Verb } from './arguments/verb.ts';
import { BUILD_VERBS } from './verbs/build-verbs.ts';
import { CHANGE_VERBS } from './verbs/change-verbs.ts';
import { EXPLAIN_VERBS } from './verbs/explain-verbs.ts';
import { HELP_VERBS } from './verbs/help-verbs.ts';
import { PROJECT_VERBS } from './verbs/project-verbs.ts';
import { SESSION_VERBS } from './verbs/session-verbs.ts';
import { STATE_VERBS } from './verbs/state-verbs.ts';
import { STORE_VERBS } from './verbs/store-verbs.ts';

/** Every command, in the order in which help shows them. The one description of the command line. */
export const VERBS: readonly Verb[] = [
  ...PROJECT_VERBS,
  ...BUILD_VERBS,
  ...SESSION_VERBS,
  ...EXPLAIN_VERBS,
  ...CHANGE_VERBS,
  ...STATE_VERBS,
  ...STORE_VERBS,
  ...HELP_VERBS,
];
