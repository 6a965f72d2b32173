import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedFiles extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  /** By path, from `/`; may be changed at any time. */
  readonly files: Map<string, Buffer>;
}

/** A web server on the loopback. */
export async function serveFiles(): Promise<ServedFiles> {
  const files = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const body = files.get(request.url ?? '');
    if (body === undefined) response.writeHead(404).end('<html>nothing here</html>');
    else response.end(body);
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
