import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What the server does with a request instead of answering it well; `false` passes. */
export type Mischief = (request: IncomingMessage, response: ServerResponse, content: Buffer) => boolean;

export interface DirectoryServer extends AsyncDisposable {
  /** On loopback, without a slash at the end. */
  readonly url: string;
  /** Makes the server misbehave until it is called without an argument. */
  misbehave(mischief?: Mischief): void;
}

/** Serves the files of a directory, for the tests of plugins that download. */
export async function serveDirectory(directory: string): Promise<DirectoryServer> {
  let mischief: Mischief = () => false;
  const server = createServer((request, response) => {
    const file = join(directory, new URL(request.url ?? '/', 'http://loopback').pathname);
    readFile(decodeURIComponent(file)).then(
      (content) => mischief(request, response, content) || response.end(content),
      () => mischief(request, response, Buffer.alloc(0)) || response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    misbehave: (next = () => false) => void (mischief = next),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
