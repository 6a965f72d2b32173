import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedFiles extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  /** Bytes, or what answers instead, by path from `/`, as clients write it; may be changed at any time. */
  readonly files: Map<string, Buffer | RequestListener>;
}

/** A web server on the loopback. */
export async function serveFiles(): Promise<ServedFiles> {
  const files: ServedFiles['files'] = new Map();
  const server = createServer((request, response) => {
    const answer = files.get(request.url ?? '');
    if (answer === undefined) response.writeHead(404).end('<html>nothing here</html>');
    else if (Buffer.isBuffer(answer)) response.writeHead(200, { 'content-length': answer.length }).end(answer);
    else answer(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    files,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
