import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Descriptor } from '../../src/descriptor.ts';
import type { Content } from './memory-origin.ts';

/** What the server does with a request instead of answering it well; `false` passes. */
export type Mischief = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface FakeRegistry extends AsyncDisposable {
  /** `127.0.0.1:34567` */
  readonly host: string;
  readonly content: Content;
  /** What tags name, and addresses that are not of blobs by digest. */
  readonly tags: Map<string, Descriptor>;
  /** `GET /v2/x/manifests/1`, with what was shown of `Authorization`. */
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
  /** Makes the server misbehave until it is called without an argument. */
  misbehave(mischief?: Mischief): void;
}

/** A registry on loopback that holds what it is given, whatever that is. */
export async function serveFakeRegistry(content: Content = new Map()): Promise<FakeRegistry> {
  const tags = new Map<string, Descriptor>();
  const requests: FakeRegistry['requests'] = [];
  let mischief: Mischief = () => false;
  const server = createServer((request, response) => {
    const { url = '/', headers } = request;
    requests.push({ path: url, authorization: headers.authorization });
    if (!mischief(request, response)) answer(url, response, { content, tags });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    content,
    tags,
    requests,
    misbehave: (next = () => false) => void (mischief = next),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

function answer(
  url: string,
  response: ServerResponse,
  { content, tags }: Pick<FakeRegistry, 'content' | 'tags'>,
): void {
  const [, kind, name = ''] = /^\/v2\/x\/(manifests|blobs)\/([^/]+)$/u.exec(url) ?? [];
  const bytes = content.get(tags.get(name)?.digest ?? name);
  if (bytes === undefined) return void response.writeHead(404).end();
  const type = kind === 'blobs' ? 'application/octet-stream' : (tags.get(name)?.mediaType ?? ownType(bytes));
  response.writeHead(200, { 'content-type': type }).end(bytes);
}

function ownType(bytes: Buffer): string {
  return (JSON.parse(bytes.toString()) as { readonly mediaType: string }).mediaType;
}
