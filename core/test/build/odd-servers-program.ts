import { once } from 'node:events';
import fs from 'node:fs';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';

import { openHttpClient } from '../../src/build/http-client.ts';

// Run in a network of its own, with an authority in NODE_EXTRA_CA_CERTS: prints as JSON what becomes of a request to each server that
// there should not be. The argument is the directory of the certificates.
const [certificates = ''] = process.argv.slice(2);
const servers: Server[] = [];

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function tls(name: string): Promise<number> {
  const [cert, key] = [`${name}.pem`, 'key.pem'].map((file) => fs.readFileSync(path.join(certificates, file)));
  return listening(createTlsServer({ cert, key }, (_request, response) => response.end('reached')));
}

const closed = createServer();
const closedPort = await listening(closed);
closed.close();
const ways = {
  good: `https://127.0.0.1:${await tls('good')}/`,
  expired: `https://127.0.0.1:${await tls('expired')}/`,
  'of another host': `https://127.0.0.1:${await tls('other')}/`,
  refused: `http://127.0.0.1:${closedPort}/`,
  reset: `http://127.0.0.1:${await listening(createServer((socket) => socket.resetAndDestroy()))}/`,
  unreachable: 'http://198.51.100.1/',
  unknown: 'http://nowhere.invalid/',
};

const results: Record<string, string> = {};
for (const [title, url] of Object.entries(ways)) {
  await using http = openHttpClient({ offline: false, signal: new AbortController().signal });
  results[title] = await http.get(url, { maxBytes: 100 }).then(
    ({ body }) => body.toString(),
    (error: unknown) => `${(error as { code: string }).code}: ${(error as Error).message}`,
  );
}
console.log(JSON.stringify(results));
for (const server of servers) server.close();
process.exit();
