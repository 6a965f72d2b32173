import type { Option } from '../arguments/option.ts';

/** For commands that take a while. */
export const EVENTS_OPTION: Option = {
  flags: '--events <form>',
  summary: 'Print what happens on stdout as `ndjson`, and then the result as with --json',
};
