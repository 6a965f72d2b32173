import { interpretAttributes, type InterpretedAttributes } from '../interpret-attributes.ts';
import type { Attribute, ByteString, InodeEntry } from '../tree-entry.ts';
import { ATTRIBUTE_PREFIX, ENCODED_ATTRIBUTE_PREFIX } from './pax-keywords.ts';
import { printable, type PaxRecords } from './pax-records.ts';
import { TAR_LIMITS } from './tar-limits.ts';

/**
 * The extended attributes that a header gives.
 *
 * @throws RangeError on what no inode can have, and where two records of one attribute differ
 */
export function readTarAttributes(pax: PaxRecords): InterpretedAttributes {
  const found = new Map<ByteString, Buffer>();
  for (const [keyword, value] of pax) {
    const attribute = readAttribute(keyword, value);
    if (attribute === undefined) continue;
    checkAttribute(attribute);
    if (found.get(attribute.name)?.equals(attribute.value) === false) {
      throw new RangeError(`it has two values of the attribute \`${printable(attribute.name)}\``);
    }
    found.set(attribute.name, attribute.value);
  }
  return interpretAttributes([...found].map(([name, value]) => ({ name, value })));
}

function readAttribute(keyword: ByteString, value: Buffer): Attribute | undefined {
  if (keyword.startsWith(ATTRIBUTE_PREFIX)) {
    return { name: decodeName(keyword.slice(ATTRIBUTE_PREFIX.length)), value };
  }
  if (keyword.startsWith(ENCODED_ATTRIBUTE_PREFIX)) {
    return { name: decodeUrl(keyword.slice(ENCODED_ATTRIBUTE_PREFIX.length)), value: decodeBase64(value) };
  }
  return undefined;
}

/** As GNU tar does: the keyword ends with the first `=`. */
export function encodeName(name: ByteString): ByteString {
  return name.replaceAll('%', '%25').replaceAll('=', '%3D');
}

function decodeName(name: ByteString): ByteString {
  return name.replaceAll('%3D', '=').replaceAll('%25', '%');
}

function decodeUrl(name: ByteString): ByteString {
  return name.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function decodeBase64(value: Buffer): Buffer {
  const text = value.toString('latin1');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new RangeError('an attribute in its header is no base 64');
  return Buffer.from(text, 'base64');
}

function checkAttribute({ name, value }: Attribute): void {
  const isName = name !== '' && name.length <= TAR_LIMITS.name && !name.includes('\0') && isUtf8(name);
  if (!isName) throw new RangeError(`\`${printable(name)}\` is no name of an attribute`);
  if (value.length > TAR_LIMITS.attribute) {
    throw new RangeError(`its attribute \`${printable(name)}\` is longer than ${TAR_LIMITS.attribute} bytes`);
  }
  if (name === 'security.capability' && !isCapability(value)) {
    throw new RangeError('its file capabilities are not of version 2');
  }
}

export function isUtf8(text: ByteString): boolean {
  return process.getBuiltinModule('node:buffer').isUtf8(Buffer.from(text, 'latin1'));
}

/** Version 2, which means the same in every id space. */
function isCapability(value: Buffer): boolean {
  return value.length === 20 && (value.readUInt32LE(0) & ~1) === 0x02_00_00_00;
}

/** @throws RangeError where the kernel keeps no such attribute on this type of inode */
export function checkAttributePlace({ type, attributes }: InodeEntry, opaque: boolean): void {
  if (opaque && type !== 'directory') throw new RangeError('only directories are opaque');
  const stray = attributes.find(({ name }) => {
    if (name.startsWith('user.')) return type !== 'file' && type !== 'directory';
    return name === 'security.capability' ? type !== 'file' : type === 'symlink';
  });
  if (stray !== undefined) throw new RangeError(`a ${type} cannot have the attribute \`${printable(stray.name)}\``);
}
