import { expect, test } from 'vitest';

import { parseShownPackages } from '../src/known-package.ts';

const SHOWN = `Package: git
Versions: 
1:2.47.3-0+deb13u1 (/var/lib/apt/lists/x_Packages) (/var/lib/dpkg/status)
 Description Language: 
                 File: /var/lib/apt/lists/x_Packages
                  MD5: 0

1:2.47.0-1 (/var/lib/apt/lists/y_Packages)
 Description Language: 
                  MD5: 0


Reverse Depends: 
  git-gui,git 1:2.47
Dependencies: 
1:2.47.3-0+deb13u1 - libc6 (2 2.38) perl (0 (null)) 
Provides: 
1:2.47.3-0+deb13u1 - git-core (= 1) 
Reverse Provides: 
Package: awk
Versions: 

Reverse Depends: 
Dependencies: 
Provides: 
Reverse Provides: 
original-awk 1:20240728-1+b1 (= )
mawk 1.3.4 (= )
mawk 1.3.3 (= )

`;

test('versions and providers are read, each once', () => {
  expect(parseShownPackages(SHOWN)).toEqual([
    { name: 'git', versions: ['1:2.47.3-0+deb13u1', '1:2.47.0-1'], providers: [] },
    { name: 'awk', versions: [], providers: ['mawk', 'original-awk'] },
  ]);
});

test('nothing shown is no package', () => {
  expect(parseShownPackages('')).toEqual([]);
});
