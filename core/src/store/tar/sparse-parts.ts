import type { ByteSource } from './byte-source.ts';
import { BLOCK, TAR_LIMITS } from './tar-limits.ts';

/** A part of a sparse file that is stored; what lies between parts is zero. */
export interface SparsePart {
  readonly offset: number;
  readonly size: number;
}

/**
 * Reads the list of parts at the beginning of a sparse file's content, up to the end of its last block: decimal numbers, each with a
 * line feed; how many parts, then offset and size of each.
 *
 * @throws RangeError unless they are in order and what is stored is exactly theirs
 */
export function readSparseParts(
  source: ByteSource,
  { stored, size }: { readonly stored: number; readonly size: number },
): readonly SparsePart[] {
  let text = '';
  let taken = 0;

  function nextNumber(): number {
    let end = text.indexOf('\n');
    while (end === -1) {
      const block = text.length > 32 || taken + BLOCK > stored ? undefined : source.take(BLOCK);
      if (block === undefined) throw new RangeError('its list of sparse parts is cut');
      taken += BLOCK;
      text += block.toString('latin1');
      end = text.indexOf('\n');
    }
    const digits = text.slice(0, end);
    text = text.slice(end + 1);
    if (!/^\d{1,15}$/.test(digits)) throw new RangeError('its list of sparse parts has something else than numbers');
    return Number(digits);
  }

  const count = nextNumber();
  if (count > TAR_LIMITS.parts) throw new RangeError(`it has more than ${TAR_LIMITS.parts} sparse parts`);
  const parts: SparsePart[] = [];
  let end = 0;
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    const part = { offset: nextNumber(), size: nextNumber() };
    if (part.offset < end || part.offset + part.size > size) throw new RangeError('its sparse parts are out of order');
    end = part.offset + part.size;
    sum += part.size;
    parts.push(part);
  }
  if (sum + taken !== stored) throw new RangeError('its sparse parts are not what is stored');
  return parts;
}
