import { blake3 } from '@napi-rs/blake-hash';
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';

import type { EnvIdentity } from '../../src/contracts/ids.ts';
import { pointName } from '../../src/store/environment-names.ts';
import { metadataClass } from '../../src/store/metadata-class.ts';
import { decodeRecord, encodeRecord } from '../../src/store/record.ts';
import { STORE_DIRECTORIES } from '../../src/store/store-layout.ts';
import { encodeTree, treeDigest } from '../../src/store/tree-encoding.ts';
import { goldenTimedTree, goldenTree } from './golden-tree.ts';
import { newer } from './newer-record.ts';

const page = fs.readFileSync(new URL('../../../docs/store-format.md', import.meta.url), 'utf8');

describe('the page on the format', () => {
  it('shows the trees that the code writes, and their digests', () => {
    for (const tree of [goldenTree, goldenTimedTree]) {
      const encoded = encodeTree(tree);
      expect(page.replaceAll('\n', '')).toContain(`\`\`\`${encoded.toString('hex')}\`\`\``);
      expect(page).toContain(`Its digest is \`${treeDigest(encoded)}\`.`);
    }
  });

  it('shows the record that the code writes', () => {
    expect(page).toContain(`\`\`\`\n${encodeRecord('name', { env_id: '1'.repeat(64), name: 'dev' })}\`\`\``);
    const step = pointName('dev', '1'.repeat(64) as EnvIdentity, '/home/me/dev');
    expect(page).toContain(`\`\`\`\n${step.step === 'write' ? step.text : ''}\`\`\``);
  });

  it('shows the metadata classes that the code writes', () => {
    const attributes = [{ name: 'user.note', value: Buffer.from('x') }];
    expect(page).toContain(`is \`${metadataClass({ mode: 0o4755, uid: 1, gid: 2, attributes: [] })}\``);
    expect(page).toContain(`is \`${metadataClass({ mode: 0o755, uid: 0, gid: 0, attributes })}\``);
  });

  it('names every directory of a store', () => {
    for (const name of STORE_DIRECTORIES) expect(page).toMatch(new RegExp(`^${name}/`, 'm'));
  });
});

describe('a record', () => {
  it('gives back what went in', () => {
    expect(decodeRecord('name', encodeRecord('name', { any: ['thing', 1, null] }))).toEqual({
      value: { any: ['thing', 1, null] },
    });
  });

  it('of another kind or version is told apart from damage', () => {
    const text = encodeRecord('name', {});
    expect(decodeRecord('layer', text)).toEqual({ damage: 'it is no layer record' });
    expect(decodeRecord('name', newer('name', {}))).toEqual({ version: 7 });
    expect(decodeRecord('name', text.replace('{}', '[]'))).toEqual({ damage: 'its checksum does not match' });
  });

  it('whose version alone was changed is damaged', () => {
    for (const version of ['v0', 'v2', 'v3', 'v7', 'v12']) {
      const changed = encodeRecord('name', {}).replace(' v1 ', ` ${version} `);
      expect(decodeRecord('name', changed)).toEqual({ damage: 'its checksum does not match' });
    }
  });

  it('of the first form, which proves its second line alone, is read, and is no newer one', () => {
    const first = (version: string) => `karapace name ${version} ${blake3('{}\n').toString('hex')}\n{}\n`;
    expect(decodeRecord('name', first('v1'))).toEqual({ value: {} });
    expect(decodeRecord('environment', first('v1').replace('name', 'environment'))).toEqual({ version: 1 });
    expect(decodeRecord('name', first('v2'))).toEqual({ damage: 'its checksum does not match' });
  });
});
