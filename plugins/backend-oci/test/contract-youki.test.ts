import { describeRuntime } from './fixtures/describe-runtime.ts';
import { openBackend } from './fixtures/open-youki.ts';

describeRuntime('youki', openBackend, import.meta.resolve('./fixtures/open-youki.ts'));
