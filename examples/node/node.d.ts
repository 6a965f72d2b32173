// The few declarations of Node that the tests use, so that the compiler needs no package from npm.
declare module 'node:test' {
  export function test(title: string, body: () => void): void;
}

declare module 'node:assert/strict' {
  const assert: { deepEqual(actual: unknown, expected: unknown): void };
  export default assert;
}
