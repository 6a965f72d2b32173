/** Imported, this module of Node and those that it needs would be loaded by every start of the program. */
export function childProcess() {
  return process.getBuiltinModule('node:child_process');
}
