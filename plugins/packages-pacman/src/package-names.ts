// What PKGBUILD(5) allows. None of these forms begins with a hyphen or a dot, or holds a slash, a space or a shell's word.

/** A package's name. */
export const NAME = /^[A-Za-z0-9@_+][A-Za-z0-9@._+-]*$/u;

/** `[epoch:]pkgver-pkgrel`. */
export const VERSION = /^(?:[0-9]+:)?[A-Za-z0-9._+~^]+-[0-9]+(?:\.[0-9]+)?$/u;

/** `any`, `x86_64`. */
export const ARCH = /^[A-Za-z0-9_]+$/u;

/** A plain file's name, as a repository has it. */
export const FILE = /^[A-Za-z0-9@_+][A-Za-z0-9@._+:~^-]*$/u;
