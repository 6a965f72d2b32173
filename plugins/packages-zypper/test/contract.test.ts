import { describeTinyPackages } from '@karapace/rpm/testing';

import { zypperSample } from './zypper-sample.ts';

describeTinyPackages('packages-zypper', zypperSample);
