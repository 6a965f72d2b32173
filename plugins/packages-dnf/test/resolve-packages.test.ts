import { describeResolving } from '@karapace/rpm/testing';

import { dnfSample } from './dnf-sample.ts';

describeResolving('packages-dnf', dnfSample);
