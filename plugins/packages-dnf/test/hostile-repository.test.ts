import { describeHostileRepositories } from '@karapace/rpm/testing';

import { dnfSample } from './dnf-sample.ts';

describeHostileRepositories('packages-dnf', dnfSample);
