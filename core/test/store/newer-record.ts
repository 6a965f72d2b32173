import { blake3 } from '@napi-rs/blake-hash';

/** A whole record of a version that nobody reads: by default one that nobody writes yet. */
export function newer(kind: string, value: object, version = 7): string {
  const body = `${JSON.stringify(value)}\n`;
  const title = `karapace ${kind} v${version}`;
  return `${title} ${blake3(`${title}\n${body}`).toString('hex')}\n${body}`;
}
