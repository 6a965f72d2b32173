import { nearest } from '../arguments/nearest.ts';
import type { Action } from '../arguments/verb.ts';
import { SHELLS, SHELL_SCRIPTS } from '../completion/shell-scripts.ts';
import { fail } from '../fail.ts';
import { JSON_FORMAT } from '../output/output.ts';

/** `karapace completions <shell>`. */
export const completions: Action = async ({ operands: [name = ''] }, { output }) => {
  const shell = SHELLS.find((each) => each === name);
  if (shell === undefined) {
    const [near, known] = [nearest(name, SHELLS), SHELLS.join(', ')];
    return fail('USAGE', `There are no completions for the shell \`${name}\``, {
      hint: near === undefined ? `There are ${known}.` : `Did you mean \`${near}\`? There are ${known}.`,
    });
  }
  const script = SHELL_SCRIPTS[shell];
  if (output.json) output.printJson({ format: JSON_FORMAT, shell, script });
  else output.print(script);
  return 0;
};
