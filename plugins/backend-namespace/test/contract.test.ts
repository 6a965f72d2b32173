import { describeBackend } from '@karapace/core/testing';

import { openBackend } from './fixtures/open-backend.ts';

const module = import.meta.resolve('./fixtures/open-backend.ts');

describeBackend('backend-namespace', openBackend, { module });
describeBackend('backend-namespace with a single id', openBackend, { ids: 'single' });
