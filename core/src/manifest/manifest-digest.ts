import type { NormalizedManifest } from '../contracts/manifest.ts';
import { blake3Hex } from '../identity/blake3-hex.ts';
import { canonicalJson } from '../identity/canonical-json.ts';
import { withoutLaterKeys } from '../identity/without-later-keys.ts';

const DOMAIN = 'karapace/manifest/v1';

/** 64 hex digits: the same for the same content, whichever kind of file it was written in. */
export function manifestDigest(manifest: NormalizedManifest): string {
  return blake3Hex(DOMAIN, canonicalJson(withoutLaterKeys(manifest)));
}
