import { describeRuntime } from './fixtures/describe-runtime.ts';
import { openBackend } from './fixtures/open-crun.ts';

describeRuntime('crun', openBackend, import.meta.resolve('./fixtures/open-crun.ts'));
