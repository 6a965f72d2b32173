import { rawTar, type RawMember } from './raw-tar.ts';

/** An archive and a part of the reason why it is refused; several, with `|` between, where it depends. */
export interface HostileArchive {
  readonly title: string;
  readonly archive: Buffer;
  readonly reason: string;
}

export const file = (name: string, more: RawMember = {}): RawMember => ({ name, content: 'x', ...more });
export const directory = (name: string, more: RawMember = {}): RawMember => ({ name, type: '5', mode: 0o755, ...more });
export const symlink = (name: string, link: string): RawMember => ({ name, type: '2', link });
export const link = (name: string, target: string, more: RawMember = {}): RawMember => ({
  name,
  type: '1',
  link: target,
  ...more,
});
export const refused = (
  title: string,
  reason: string,
  ...members: readonly (RawMember | Buffer)[]
): HostileArchive => ({
  title,
  archive: rawTar(...members),
  reason,
});
