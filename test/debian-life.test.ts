import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace, type Workplace } from './support/karapace.ts';

let place: Workplace;

beforeAll(async () => {
  place = await openWorkplace();
  await karapaceJson(['build', await place.example('minimal'), '--name', 'minimal'], place);
}, 600_000);

afterAll(async () => {
  await karapace(['destroy', 'minimal', '--yes'], place);
  runAsRoot('rm', '-rf', place.directory);
});

describe('the life of an environment', () => {
  const minimal = (script: string) => karapace(['exec', 'minimal', '--', 'sh', '-c', script], place);

  test('a restored snapshot is what was committed, deletions and times included', async () => {
    const made = await minimal(
      'rm /etc/hostname /etc/issue; rm -r /usr/share/doc; mkdir /usr/share/doc; mkfifo -m 600 /root/pipe; echo one >/root/note; chmod 2750 /root/note; ln /root/note /root/same; touch -d @1700000000.123456789 /root/note',
    );
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const look = () =>
      minimal(
        'ls -d /etc/issue /usr/share/doc/*; stat -c "%n %a %s %.9Y %h %F" /root/note /root/pipe /root/same; cat /root/note',
      );
    const before = await look();
    const { snapshot_id } = (await karapaceJson(['commit', 'minimal'], place)) as unknown as { snapshot_id: string };
    const { stdout: changes } = await karapace(['diff', 'minimal'], place);
    expect(changes).toMatch(/^- {2}removed .*\/etc\/issue$/mu);
    expect(changes).toMatch(/^- {2}removed .*\/usr\/share\/doc\/apt\/ +with \d+ entries$/mu);

    await minimal('rm /root/same /root/pipe; echo two >/root/note; echo new >/etc/issue; mkdir /usr/share/doc/later');
    expect(await karapace(['restore', 'minimal', snapshot_id], place)).toMatchObject({ code: 0 });
    expect(await look()).toEqual(before);
    const again = (await karapaceJson(['commit', 'minimal'], place)) as unknown as { snapshot_id: string };
    expect(again.snapshot_id).toBe(snapshot_id);
  });

  test('what is changed in a frozen one is gone afterwards, and what was changed before shows', async () => {
    await minimal('echo kept >/root/kept');
    await karapaceJson(['freeze', 'minimal'], place);
    expect(await minimal('echo x >/root/lost; rm /root/kept; cat /root/lost')).toMatchObject({
      code: 0,
      stdout: 'x\n',
    });
    expect(await minimal('cat /root/kept; ls /root/lost')).toMatchObject({ code: 2, stdout: 'kept\n' });
    await karapaceJson(['thaw', 'minimal'], place);
    expect(await minimal('cat /root/kept; ls /root/lost')).toMatchObject({ code: 2, stdout: 'kept\n' });
  });

  test('gc takes nothing that an environment or a snapshot needs, and a rebuild begins empty', async () => {
    const before = await karapaceJson(['inspect', 'minimal'], place);
    expect(await karapace(['gc'], place)).toMatchObject({ code: 0 });
    const manifest = path.join(place.directory, 'minimal');
    expect(await minimal('cat /root/kept')).toMatchObject({ code: 0 });
    const rebuilt = await karapaceJson(['rebuild', manifest, '--offline', '--locked'], place);
    expect(rebuilt).toMatchObject({ env_id: before.env_id, names: ['minimal'] });
    expect(await minimal('cat /root/kept')).toMatchObject({ code: 1 });
  });
});
