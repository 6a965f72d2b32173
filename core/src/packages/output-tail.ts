/** The end of what a program printed, for the cause of an error. */
export function outputTail(output: string, lines = 15): Error {
  return new Error(withoutCredentials(output.trim().split('\n').slice(-lines).join('\n')));
}

/** Mirrors may be named with a user and a password: they are not for logs. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/(?<=[a-z]:\/\/)[^\s/@]*@/gu, '');
}
