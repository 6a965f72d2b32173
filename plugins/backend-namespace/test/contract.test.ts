import { describeBackend } from '@karapace/core/testing';

import { openNamespaceBackend } from '../src/open-namespace-backend.ts';

const open = async () => openNamespaceBackend({});

describeBackend('backend-namespace', open);
describeBackend('backend-namespace with a single id', open, { ids: 'single' });
