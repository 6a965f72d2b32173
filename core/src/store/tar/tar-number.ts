/**
 * Reads a numeric field: octal digits with spaces before and spaces or NULs behind; an empty one is 0. With the top bit of the first
 * byte set it is a binary number.
 *
 * @throws RangeError on anything else
 */
export function readNumber(field: Buffer, name: string): bigint {
  const first = field[0] ?? 0;
  if (first >= 0x80) return readBinary(field, name);
  const digits = /^ *([0-7]*)[ \0]*$/.exec(field.toString('latin1'))?.[1];
  if (digits === undefined) throw new RangeError(`its ${name} is no octal number`);
  return digits === '' ? 0n : BigInt(`0o${digits}`);
}

function readBinary(field: Buffer, name: string): bigint {
  const first = field[0];
  if (first !== 0x80 && first !== 0xff) throw new RangeError(`its ${name} is no number`);
  const rest = field.subarray(1);
  const value = BigInt(`0x${rest.toString('hex')}`);
  return first === 0x80 ? value : value - (1n << BigInt(8 * rest.length));
}

/** @throws RangeError where the number is negative or above the limit */
export function countWithin(value: bigint, limit: number, name: string): number {
  if (value < 0n || value > BigInt(limit)) throw new RangeError(`its ${name} is ${value}, not 0 to ${limit}`);
  return Number(value);
}

/** Octal digits and a NUL, or `undefined` where the field is too small. */
export function formatNumber(value: bigint, width: number): string | undefined {
  const digits = value.toString(8);
  return value < 0n || digits.length >= width ? undefined : `${digits.padStart(width - 1, '0')}\0`;
}
