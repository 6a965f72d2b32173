import { describeRuntime } from './fixtures/describe-runtime.ts';
import { openBackend } from './fixtures/open-runc.ts';

describeRuntime('runc', openBackend, import.meta.resolve('./fixtures/open-runc.ts'));
