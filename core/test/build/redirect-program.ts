import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { openHttpClient } from '../../src/build/http-client.ts';

// Run in a network of its own whose loopback has all of these addresses: prints what becomes of each way, a list of hosts each of
// which sends to the next, and where the first names the last as a registry names who gives tokens.
const ways = JSON.parse(process.argv[2] ?? '') as readonly (readonly string[])[];

const server = createServer((request, response) => {
  const to = new URL(request.url ?? '', 'http://x').searchParams.get('to');
  if (to === null) response.end('reached');
  else response.writeHead(302, { location: to }).end();
});
server.listen(0, '::');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const results: string[] = [];
for (const way of ways) results.push(`${way.join(' > ')}: ${await follow(way, port)}, ${await name(way, port)}`);
console.log(JSON.stringify(results));
server.closeAllConnections();
server.close();

async function follow(way: readonly string[], port: number): Promise<string> {
  await using http = openHttpClient({ offline: false, signal: new AbortController().signal });
  const url = way.reduceRight(
    (to, host) => `http://${host}:${port}/${to === '' ? '' : `?to=${encodeURIComponent(to)}`}`,
    '',
  );
  return await said(http.get(url, { maxBytes: 100 }));
}

async function name(way: readonly string[], port: number): Promise<string> {
  await using http = openHttpClient({ offline: false, signal: new AbortController().signal });
  const [ledFrom = '', named] = [way[0], way.at(-1)].map((host) => `http://${host}:${port}/`);
  await http.get(ledFrom, { maxBytes: 100 });
  return await said(http.get(named ?? '', { maxBytes: 100, ledFrom }));
}

async function said(answer: Promise<{ readonly body: Buffer }>): Promise<string> {
  try {
    return (await answer).body.toString();
  } catch (error) {
    if (error instanceof Error && error.message.includes('which is refused')) return 'refused';
    throw error;
  }
}
