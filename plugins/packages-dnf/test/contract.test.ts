import { describeTinyPackages } from '@karapace/rpm/testing';

import { dnfSample } from './dnf-sample.ts';

describeTinyPackages('packages-dnf', dnfSample);
