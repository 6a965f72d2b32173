import { TIME_RANGE } from './tar-limits.ts';

const SECOND = 1_000_000_000n;

/**
 * Reads seconds as a decimal fraction; digits below a nanosecond do not count.
 *
 * @throws RangeError on anything else, and outside of the range of times
 */
export function readTime(text: string): bigint {
  const [, sign, seconds, fraction] = /^(-?)(\d{1,20})(?:\.(\d{1,40}))?$/.exec(text) ?? [];
  if (seconds === undefined) throw new RangeError('its time is no decimal number');
  const nanoseconds = BigInt(seconds) * SECOND + BigInt((fraction ?? '').slice(0, 9).padEnd(9, '0'));
  return checkTime(sign === '-' ? -nanoseconds : nanoseconds);
}

/** @throws RangeError outside of the range of times */
function checkTime(nanoseconds: bigint): bigint {
  const isWithin = nanoseconds >= TIME_RANGE.first * SECOND && nanoseconds < (TIME_RANGE.last + 1n) * SECOND;
  if (!isWithin) throw new RangeError('its time is before 1901 or after 2261');
  return nanoseconds;
}

export function secondsToTime(seconds: bigint): bigint {
  return checkTime(seconds * SECOND);
}

/** The seconds in it that an octal field of 12 bytes holds, and whether they are all that there is. */
export function wholeSeconds(nanoseconds: bigint): { readonly seconds: bigint; readonly isExact: boolean } {
  const fits = nanoseconds >= 0n && nanoseconds / SECOND < 1n << 33n;
  return fits
    ? { seconds: nanoseconds / SECOND, isExact: nanoseconds % SECOND === 0n }
    : { seconds: 0n, isExact: false };
}

/** What `readTime` reads, without zeros at its end. */
export function formatTime(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = String(size % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${nanoseconds < 0n ? '-' : ''}${size / SECOND}${fraction === '' ? '' : `.${fraction}`}`;
}
