import { describeHostileRepositories } from '@karapace/rpm/testing';

import { zypperSample } from './zypper-sample.ts';

describeHostileRepositories('packages-zypper', zypperSample);
