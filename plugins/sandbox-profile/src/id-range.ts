export interface IdRange {
  readonly first: number;
  readonly count: number;
}

/** A tree's ids are 0 to 65535; 0 is the user's own. */
const NEEDED = 65_535;

/**
 * Finds a user's range in the text of `/etc/subuid` or `/etc/subgid`.
 *
 * The first entry of the user counts, as for `unshare --map-auto`; a range that cannot hold a tree's ids is none.
 */
export function parseIdRange(
  text: string,
  user: { readonly uid: number; readonly name: string | undefined },
): IdRange | undefined {
  const owners = new Set([user.name, String(user.uid)]);
  const entry = text
    .split('\n')
    .map((line) => line.split(':'))
    .find(([owner]) => owners.has(owner));
  const [first, count] = [Number(entry?.[1]), Number(entry?.[2])];
  return Number.isSafeInteger(first) && count >= NEEDED ? { first, count } : undefined;
}
