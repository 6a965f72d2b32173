// What apk-package(5) allows. None of these forms begins with a hyphen or a dot, or holds a slash, a space or a shell's word.

/** A package's name. */
export const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/u;

/** `digits{.digits}{letter}{_suffix{digits}}{~commit}{-r#}`. */
export const VERSION = /^[0-9]+(?:\.[0-9]+)*[a-z]?(?:_[a-z]+[0-9]*)*(?:~[0-9a-f]+)?(?:-r[0-9]+)?$/u;

/** `noarch`, `x86_64`. */
export const ARCH = /^[A-Za-z0-9_]+$/u;
