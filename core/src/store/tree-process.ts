import fs from 'node:fs';
import path from 'node:path';

import type { Ids } from '../contracts/ids.ts';
import { KarapaceError } from '../errors.ts';
import { dress } from './build-tree.ts';
import { checkoutTree } from './checkout-tree.ts';
import { consumeTree, digestTree } from './consume-tree.ts';
import { directoryChanges } from './directory-changes.ts';
import { ingestTree } from './ingest-tree.ts';
import { readLines } from './read-lines.ts';
import { materializeTree } from './materialize-tree.ts';
import { removeTree } from './remove-tree.ts';
import { rootOfUpper } from './dress-upper.ts';
import { syncDirectory } from './sync-disk.ts';
import { storeError } from './system-error.ts';
import { byteString } from './system-path.ts';
import { receiveTar, sendTar } from './tar/tar-channel.ts';
import { REQUESTS } from './tree-descriptors.ts';
import type { TreeAnswer, TreeProcessOptions, TreeRequest, TreeRequests, TreeVerb } from './tree-protocol.ts';
import { openTreeWorkshop, type TreeWorkshop } from './tree-workshop.ts';
import type { VerifyCrew } from './verify/verify-crew.ts';

// The program that works on trees, run where their ids are its own. It ends when nobody can ask it any more.

type Answers = {
  readonly [Verb in TreeVerb]: (input: TreeRequests[Verb]['input']) => Promise<TreeRequests[Verb]['output']>;
};

function answers(workshop: TreeWorkshop): Answers {
  let crew: VerifyCrew | undefined;
  return {
    consume: ({ directory }) => consumeTree(directory, workshop),
    digest: ({ directory }) => digestTree(directory, workshop),
    ingest: ({ directory }) => ingestTree(directory, workshop),
    changes: async ({ lower, directory }) => directoryChanges(lower, directory, workshop),
    async materialize({ tree, directory }) {
      materializeTree(tree, directory, workshop);
      return null;
    },
    async checkout({ tree }) {
      await checkoutTree(tree, workshop);
      return null;
    },
    async pack({ tree }) {
      sendTar(tree, workshop);
      return null;
    },
    async unpack(request) {
      receiveTar(request, workshop);
      return null;
    },
    async verify({ units, owners }) {
      const { verifyCrew } = await import('./verify/verify-crew.ts');
      const { layout, staging } = workshop;
      process.chdir(layout.root);
      crew ??= verifyCrew({ root: '.', staging, owners });
      return crew.verify(units);
    },
    async dress({ tree, directory }) {
      dress(byteString(directory), rootOfUpper(workshop.layout, tree), workshop);
      syncDirectory(directory);
      return null;
    },
    isEmpty: async ({ directory }) => fs.readdirSync(directory).length === 0,
    async remove({ directory }) {
      removeTree(byteString(directory));
      return null;
    },
  };
}

async function serve(options: TreeProcessOptions): Promise<void> {
  process.umask(0);
  const verbs = answers(openTreeWorkshop(options));
  for (const line of readLines(REQUESTS)) {
    const answer = await answerTo(JSON.parse(line) as TreeRequest, verbs, options);
    fs.writeSync(REQUESTS, `${JSON.stringify(answer)}\n`);
  }
}

async function answerTo(
  request: TreeRequest,
  verbs: Answers,
  { root, ids, staging }: TreeProcessOptions,
): Promise<TreeAnswer> {
  try {
    checkOwner(root, ids);
    const answer = verbs[request.verb] as (input: unknown) => Promise<unknown>;
    return { output: await answer(request.input) };
  } catch (error) {
    for (const name of fs.readdirSync(staging)) removeTree(byteString(path.join(staging, name)));
    return describeFailure(storeError(error, { root }));
  }
}

/**
 * Everything here relies on this process being the store's owner, who is id 0 of every tree. Where there is no other id,
 * no namespace has to say so.
 */
function checkOwner(root: string, ids: Ids): void {
  const own = process.getuid?.();
  if (fs.statSync(root).uid === own && (ids === 'single' || own === 0)) return;
  throw new KarapaceError(
    'NAMESPACE_DENIED',
    `The owner of the store \`${root}\` is not id 0 in the id space of its trees`,
    { hint: 'Run `karapace doctor`.' },
  );
}

function describeFailure(error: unknown): TreeAnswer {
  if (error instanceof KarapaceError) {
    const { code, message, hint, place } = error;
    return { failure: { code, message, hint, place } };
  }
  return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

// Not awaited: what is loaded later imports this module once it is bundled, and would wait for it to end.
void serve(JSON.parse(process.argv[2] ?? '') as TreeProcessOptions);
