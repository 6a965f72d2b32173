import fs from 'node:fs';

/**
 * As `isatty` of `node:tty`, which is loaded only for what may be a terminal: that takes a tenth of the time of a list.
 * Node's own streams are not made for the question.
 */
export function isTerminal(descriptor: 0 | 1 | 2): boolean {
  try {
    if (!fs.fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    // Closed by whoever started this program.
    return false;
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}
