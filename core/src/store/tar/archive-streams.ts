import { Readable, type Duplex } from 'node:stream';

import type { Ids, TreeDigest } from '../../contracts/ids.ts';
import type { ArchivePin } from '../../contracts/lock.ts';
import type { ImportTarOptions, TreeSummary } from '../../contracts/tree-store.ts';
import type { UnpackTarget } from '../../contracts/tool-context.ts';
import { verifiedArchive } from '../archive-store.ts';
import { openScratch } from '../scratch.ts';
import type { StoreCore } from '../store-core.ts';
import { inStore } from '../system-error.ts';
import type { TreeClient } from '../tree-client.ts';
import type { UnpackRequest } from '../tree-protocol.ts';
import { readTree } from '../tree-record.ts';
import { frameHeader } from './channel-frames.ts';
import { openTar } from './open-tar.ts';

/** A tree's archive, from the side of who reads it. */
export async function exportTar(core: StoreCore, tree: TreeDigest, ids: Ids): Promise<Readable> {
  readTree(core.layout, tree);
  return Readable.from(pack(core, tree, ids), { objectMode: false });
}

async function* pack(core: StoreCore, tree: TreeDigest, ids: Ids): AsyncGenerator<Buffer> {
  const { root } = core.layout;
  const client = await inStore({ root }, () => core.openTrees(ids));
  try {
    const answer = settled(client.ask('pack', { tree }));
    for await (const chunk of channelOf(client)) yield chunk as Buffer;
    // The channel's end says that there is no more, and only the answer that this was all.
    await orThrow(answer, root);
  } finally {
    await client.close();
  }
}

/** An archive from its reader becomes a tree. */
export async function importTar(core: StoreCore, archive: Readable, options: ImportTarOptions): Promise<TreeSummary> {
  const { ids, timed, signal } = options;
  await using scratch = await openScratch(core, ids);
  const directory = await scratch.make('root');
  const request = { directory, timed, archives: [''], kind: 'tree' } as const;
  await unpack(core, [() => archive], { ids, request, signal });
  signal?.throwIfAborted();
  const client = await core.trees(ids);
  if (!timed) return await client.ask('consume', { directory });
  const { digest, entries, bytes } = await client.ask('ingest', { directory });
  return { digest, entries, bytes };
}

/** Archives of the store become a directory. */
export async function unpackArchives(
  core: StoreCore,
  pins: readonly ArchivePin[],
  { directory, ids, whiteouts, signal }: UnpackTarget & Omit<ImportTarOptions, 'timed'>,
): Promise<void> {
  const archives = pins.map((pin) => pin.name);
  const kind = whiteouts === 'oci' ? 'oci-image' : 'image';
  const contents = pins.map(
    (pin) => () => Readable.from(openTar(verifiedArchive(core.layout, pin), pin.name), { objectMode: false }),
  );
  await unpack(core, contents, { ids, request: { directory, timed: false, archives, kind }, signal });
}

interface Unpack {
  readonly ids: Ids;
  readonly request: UnpackRequest;
  readonly signal: AbortSignal | undefined;
}

/** @param contents opened one after the other, each once the one before was taken */
async function unpack(
  core: StoreCore,
  contents: readonly (() => Readable)[],
  { ids, request, signal }: Unpack,
): Promise<void> {
  const client = await core.openTrees(ids);
  try {
    const answer = settled(client.ask('unpack', request));
    await feed(contents, { channel: channelOf(client), answer, signal });
    await orThrow(answer, core.layout.root);
  } finally {
    await client.close();
  }
}

interface Receiver extends Pick<Unpack, 'signal'> {
  readonly channel: Duplex;
  readonly answer: Settled;
}

/** Writes all that comes until there is an answer. Fails as a source does, or as the signal says. */
async function feed(contents: readonly (() => Readable)[], { channel, answer, signal }: Receiver): Promise<void> {
  let isAnswered = false;
  let content: Readable | undefined;
  void answer.then(() => {
    isAnswered = true;
    content?.destroy();
  });
  for (const open of contents) {
    if (isAnswered) return;
    content = open();
    try {
      await feedOne(content, channel, signal);
    } catch (error) {
      // A source that was not read to its end because of the answer has not failed.
      if (!isAnswered) throw error;
    }
  }
  channel.end();
}

async function feedOne(content: Readable, channel: Duplex, signal: AbortSignal | undefined): Promise<void> {
  for await (const chunk of content as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    if (channel.destroyed) return;
    channel.write(frameHeader(chunk.length));
    if (!channel.write(chunk)) await drained(channel);
  }
  channel.write(frameHeader(0));
}

async function drained(channel: Duplex): Promise<void> {
  if (channel.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  channel.on('drain', resolve).on('close', resolve);
  await promise;
  channel.off('drain', resolve).off('close', resolve);
}

function channelOf({ channel }: TreeClient): Duplex {
  if (channel === undefined) throw new TypeError('this tree process has no channel');
  // That the other side closed it is told by its answer, or by its end.
  channel.on('error', () => undefined);
  return channel;
}

type Settled = Promise<PromiseSettledResult<unknown>>;

/** An answer that may come, and fail, while nobody waits for it yet. */
async function settled(answer: Promise<unknown>): Settled {
  const [result] = await Promise.allSettled([answer]);
  return result;
}

function orThrow(answer: Settled, root: string): Promise<void> {
  return inStore({ root }, async () => {
    const result = await answer;
    if (result.status === 'rejected') throw result.reason;
  });
}
