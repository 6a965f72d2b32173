import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:34567` */
  readonly host: string;
  /** Ends it; what it held is gone. */
  stop(): Promise<void>;
}

export interface DockerRegistryOptions {
  /** A line of a password file: who may use it. By default anybody. */
  readonly htpasswd?: string | undefined;
}

/** Debian's `docker-registry` on loopback, empty, at a port that was free. */
export async function startDockerRegistry({ htpasswd }: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const directory = await mkdtemp(path.join(tmpdir(), 'karapace-registry-'));
  const config = path.join(directory, 'config.json');
  const passwords = path.join(directory, 'htpasswd');
  await writeFile(passwords, htpasswd ?? '');
  const auth = htpasswd === undefined ? {} : { auth: { htpasswd: { realm: 'test', path: passwords } } };
  const storage = { filesystem: { rootdirectory: path.join(directory, 'storage') } };
  await writeFile(config, JSON.stringify({ version: 0.1, storage, http: { addr: '127.0.0.1:0' }, ...auth }));
  const server = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(server, 'close');
  const stop = async (): Promise<void> => {
    server.kill();
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  return { host: await readAddress(server.stderr), stop, [Symbol.asyncDispose]: stop };
}

async function readAddress(log: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: log });
  const said: string[] = [];
  for await (const line of lines) {
    said.push(line);
    const [, host] = /listening on (127\.0\.0\.1:\d+)/u.exec(line) ?? [];
    if (host === undefined) continue;
    log.resume();
    return host;
  }
  throw new Error(`docker-registry did not start: ${said.join('\n')}`);
}
