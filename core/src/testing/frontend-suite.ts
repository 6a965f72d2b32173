import { describe, expect, test } from 'vitest';

import type { Frontend } from '../contracts/frontend.ts';

export interface FrontendSample {
  readonly open: () => Promise<Frontend>;
  /** Arguments that succeed without a store. */
  readonly accepted: readonly string[];
  /** Arguments that make no sense. */
  readonly refused: readonly string[];
}

/** What every frontend must do. Each frontend plugin calls this from its own test folder. */
export function describeFrontend(name: string, { open, accepted, refused }: FrontendSample): void {
  describe(`${name} keeps the frontend contract`, () => {
    test('it has a name', async () => {
      expect((await open()).name).not.toBe('');
    });

    test('a call that succeeds gives 0, as often as it is made', async () => {
      const frontend = await open();

      expect(await frontend.run(accepted)).toBe(0);
      expect(await frontend.run(accepted)).toBe(0);
    });

    test('a call that makes no sense gives an exit code and throws nothing', async () => {
      const code = await (await open()).run(refused);

      expect(code).toBeGreaterThan(0);
      expect(code).toBeLessThan(256);
    });
  });
}
