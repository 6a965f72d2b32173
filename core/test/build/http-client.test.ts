import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { expect, test, vi } from 'vitest';

import { openHttpClient } from '../../src/build/http-client.ts';

async function listening(server: ReturnType<typeof createServer>) {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const serve = (listener: RequestListener) => listening(createServer(listener));

function client(options: { readonly offline?: boolean; readonly idleTimeout?: number } = {}) {
  return openHttpClient({ offline: false, signal: new AbortController().signal, ...options });
}

test('a document comes with its status, its headers and where it was', async () => {
  const seen: IncomingMessage[] = [];
  await using server = await serve((request, response) => {
    seen.push(request);
    response.writeHead(401, { 'WWW-Authenticate': ['Bearer realm="a"', 'Basic'] }).end('who are you?');
  });
  await using http = client();

  const document = await http.get(`${server.url}/x`, { maxBytes: 100, headers: { Accept: 'text/html' } });

  expect(document).toMatchObject({
    status: 401,
    url: `${server.url}/x`,
    headers: { 'www-authenticate': 'Bearer realm="a", Basic' },
  });
  expect(document.body.toString()).toBe('who are you?');
  expect(seen[0]?.headers).toMatchObject({ accept: 'text/html', 'accept-encoding': 'identity' });
});

test('a document of more bytes than allowed is refused as soon as that is seen, and not asked for again', async () => {
  let requests = 0;
  await using server = await serve((request, response) => {
    requests += 1;
    const more = setInterval(() => response.write('x'.repeat(1000)), 1);
    request.on('close', () => clearInterval(more));
  });
  await using http = client();

  const failure = http.get(server.url, { maxBytes: 10_000 });

  await expect(failure).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  await expect(failure).rejects.toThrow('it has more than 10000 bytes');
  expect(requests).toBe(1);
});

test('a redirect is followed, and secrets go along within one origin alone', async () => {
  const seen: IncomingMessage[] = [];
  await using other = await serve((request, response) => {
    seen.push(request);
    response.end('here');
  });
  await using server = await serve((request, response) => {
    seen.push(request);
    const location = request.url === '/a' ? '/b' : `${other.url}/c`;
    response.writeHead(307, { location }).end();
  });
  await using http = client();
  const headers = { Authorization: 'Bearer secret', cookie: 'a=b', 'x-kept': 'yes' };

  const { url, body } = await http.get(`${server.url}/a`, { maxBytes: 100, headers });

  expect(url).toBe(`${other.url}/c`);
  expect(body.toString()).toBe('here');
  expect(seen.map((request) => request.headers['authorization'])).toEqual([
    'Bearer secret',
    'Bearer secret',
    undefined,
  ]);
  expect(seen.map((request) => request.headers['cookie'])).toEqual(['a=b', 'a=b', undefined]);
  expect(seen.map((request) => request.headers['x-kept'])).toEqual(['yes', 'yes', 'yes']);
});

test('redirects end after five', async () => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    response.writeHead(302, { location: `/${requests}` }).end();
  });
  await using http = client();

  await expect(http.open(server.url)).rejects.toThrow('more than 5 redirects');
  expect(requests).toBe(6);
});

test.for(['file:///etc/passwd', 'ftp://127.0.0.1/', 'data:,x'])(
  'neither an address nor a redirect may be `%s`',
  async (address) => {
    await using server = await serve((_request, response) => response.writeHead(302, { location: address }).end());
    await using http = client();

    await expect(http.get(address, { maxBytes: 1 })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    await expect(http.open(server.url)).rejects.toThrow('is refused');
  },
);

test.for(['no address', ''])('what is no address is one error: `%s`', async (address) => {
  await using http = client();

  await expect(http.get(address, { maxBytes: 1 })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
});

test('a redirect from https to http is refused', async () => {
  let requests = 0;
  await using plain = await serve((_request, response) => {
    requests += 1;
    response.end();
  });
  const made = execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      '-',
      '-subj',
      '/CN=x',
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const encrypted = createTlsServer({ key: made, cert: made }, (_request, response) =>
    response.writeHead(302, { location: plain.url }).end(),
  );
  await using server = await listening(encrypted);
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  await using http = client();
  try {
    await expect(http.open(`https://127.0.0.1:${server.port}`)).rejects.toThrow('a redirect to `http:` is refused');
  } finally {
    vi.unstubAllEnvs();
  }
  expect(requests).toBe(0);
});

test('a certificate that nobody vouches for is one error', async () => {
  const made = execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '-', '-subj', '/CN=x'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  await using server = await listening(createTlsServer({ key: made, cert: made }));
  await using http = client();

  await expect(http.open(`https://127.0.0.1:${server.port}`)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT') as string,
  });
});

test('a failure of the server is asked again, three times in all, and then told as it is', async () => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    response.writeHead(503).end(`try ${requests}`);
  });
  await using http = client();

  const { status, body } = await http.get(server.url, { maxBytes: 100 });

  expect([status, body.toString()]).toEqual([503, 'try 3']);
});

test.for([
  { title: 'before the headers', headers: false },
  { title: 'in the body', headers: true },
])('silence $title ends it', async ({ headers }) => {
  await using server = await serve((_request, response) => {
    if (headers) response.writeHead(200).write('some');
  });
  await using http = client({ idleTimeout: 300 });

  const body = async () => buffer((await http.open(server.url)).body);

  await expect(body()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
});

test.for([
  { title: 'a body', begin: (response: ServerResponse) => response.writeHead(200) },
  { title: 'a redirect', begin: (response: ServerResponse) => response.writeHead(302, { location: '/silent' }) },
])('$title that comes a byte now and then ends it too', async ({ begin }) => {
  await using server = await serve((request, response) => {
    if (request.url === '/silent') return;
    begin(response);
    const more = setInterval(() => response.write('x'), 20);
    request.on('close', () => clearInterval(more));
  });
  await using http = client({ idleTimeout: 400 });

  const body = async () => buffer((await http.open(server.url)).body);

  await expect(body()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
});

test('an answer that nobody takes does not keep its connection', async () => {
  await using server = await serve((_request, response) => response.end(Buffer.alloc(4 * 1024 * 1024)));
  await using http = client();
  let answers = 0;

  // More than there are connections to one origin.
  for (; answers < 20; answers += 1) (await http.open(server.url)).body.destroy();

  expect(answers).toBe(20);
});

test('a body that is cut fails with its address', async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('some', () => response.destroy());
  });
  await using http = client();
  const { body } = await http.open(`${server.url}/cut`);

  await expect(buffer(body)).rejects.toThrow(`${server.url}/cut`);
});

test('offline no socket is opened', async () => {
  let connections = 0;
  const raw = createServer().on('connection', () => (connections += 1));
  await using server = await listening(raw);
  await using http = client({ offline: true });

  await expect(http.get(server.url, { maxBytes: 1 })).rejects.toMatchObject({ code: 'OFFLINE' });
  await expect(http.open(server.url)).rejects.toMatchObject({ code: 'OFFLINE' });
  expect(connections).toBe(0);
});
