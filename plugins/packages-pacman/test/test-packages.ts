import type { TestPackage } from './test-repository.ts';

const HOOK = `[Trigger]
Type = Path
Operation = Install
Target = usr/share/tiny/*

[Action]
When = PostTransaction
Exec = /bin/sh -c "echo hook > /srv/hook"
`;

export const TEST_PACKAGES: readonly TestPackage[] = [
  { name: 'base' },
  { name: 'tiny-fire', fields: ['conflicts=(tiny-water)', 'provides=(tiny-element)'] },
  { name: 'tiny-water', fields: ['provides=(tiny-element tiny-drink=2)', 'depends=(base)'] },
  { name: 'tiny-lake', fields: ['depends=(tiny-drink)', "optdepends=('tiny-fire: burns')"] },
  { name: 'tiny-broken', fields: ['depends=(tiny-absent)'] },
  { name: 'tiny-baseless', fields: ['conflicts=(base)'] },
  { name: 'tiny-grouped', fields: ['groups=(tiny-group)'] },
  {
    name: 'tiny-script',
    install: [
      'id -u > /srv/uid',
      'date +%N > /var/log/tiny-script.log; date +%N > /var/log/pacman.log',
      'mkdir -p /var/cache/ldconfig; date +%N > /var/cache/ldconfig/aux-cache',
      'date +%N > /etc/pacman.d/gnupg/trustdb.gpg; date +%N > /etc/pacman.d/gnupg/made-at-random',
      'useradd --system tiny || echo "useradd failed" > /srv/useradd',
      "sed -n '3,$s/:.*//p' /proc/net/dev | tr -d ' ' > /srv/network",
    ].join('\n'),
  },
  {
    name: 'tiny-hook',
    files: `install -d "$pkgdir/usr/share/libalpm/hooks"; printf '%s' '${HOOK}' > "$pkgdir/usr/share/libalpm/hooks/tiny.hook"`,
  },
  { name: 'tiny-setuid', files: 'install -Dm4755 /bin/true "$pkgdir/usr/bin/tiny-setuid"' },
];
