/** A name that nobody else has or will have. */
export function uniqueName(): string {
  // Imported, this module would be loaded by every start of the program, most of which only read.
  return process.getBuiltinModule('node:crypto').randomUUID();
}
