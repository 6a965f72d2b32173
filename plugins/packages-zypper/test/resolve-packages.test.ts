import { describeResolving } from '@karapace/rpm/testing';

import { zypperSample } from './zypper-sample.ts';

describeResolving('packages-zypper', zypperSample);
