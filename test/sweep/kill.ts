// `npm run sweep:kill [-- --only <operation>] [-- --at <call>] [-- --sample <count>]`: kills each operation at each change.
import { sweepPoints } from './sweep-points.ts';

process.exitCode = await sweepPoints('kill');
