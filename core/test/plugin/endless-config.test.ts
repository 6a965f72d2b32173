import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

test.for(['while (true);', 'await new Promise(() => {});'])(
  'a config module that is `%s` fails when its time is over, and a signal that came meanwhile is heard',
  async (text) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'karapace-endless-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = path.join(directory, 'karapace.config.mjs');
    // It sends the signal itself, so that it always comes while the module runs.
    await writeFile(file, `process.kill(process.pid, 'SIGTERM');\n${text}\n`);

    expect(JSON.parse(await evaluated(program(file)))).toEqual({
      code: 'CONFIG_INVALID',
      message: `\`${file}\` failed while it was loaded: it takes longer than 0.2 seconds`,
      heard: 'SIGTERM',
    });
  },
);

/** Says how the module failed, once the signal was heard. */
function program(file: string): string {
  return `
    import { once } from 'node:events';
    const { importConfig } = await import(${JSON.stringify(path.join(import.meta.dirname, '../../src/plugin/import-config.ts'))});
    const heard = once(process, 'SIGTERM');
    // A listener alone keeps no process alive.
    const alive = setTimeout(() => {}, 60_000);
    const { code, message } = await importConfig(${JSON.stringify(file)}, 200).catch((error) => error);
    console.log(JSON.stringify({ code, message, heard: (await heard)[0] }));
    clearTimeout(alive);
  `;
}

async function evaluated(text: string): Promise<string> {
  const args = ['--conditions=karapace-source', '--input-type=module', '--eval', text];
  // A program that nothing else can end must not outlive the test.
  return (await promisify(execFile)(process.execPath, args, { timeout: 60_000, killSignal: 'SIGKILL' })).stdout;
}
