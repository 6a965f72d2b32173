import { blake3 } from '@napi-rs/blake-hash';

/** A whole record of a version that nobody reads yet. */
export function newer(kind: string, value: object): string {
  const body = `${JSON.stringify(value)}\n`;
  const title = `karapace ${kind} v7`;
  return `${title} ${blake3(`${title}\n${body}`).toString('hex')}\n${body}`;
}
