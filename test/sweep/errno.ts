// `npm run sweep:errno [-- --only <operation>] [-- --action ENOSPC] [-- --sample <count>]`: fails each change once.
import { sweepPoints } from './sweep-points.ts';

process.exitCode = await sweepPoints('errno');
