import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { makePlace, removePlace } from '../store/test-store.ts';

const PROGRAM = fileURLToPath(new URL('odd-servers-program.ts', import.meta.url));

/** An authority, and three certificates of it. */
const CERTIFICATES = `
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout authority.key -out authority.pem -subj /CN=authority
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out request.pem -subj /CN=server
sign() {
  echo "subjectAltName=$2" > extensions
  openssl x509 -req -in request.pem -CA authority.pem -CAkey authority.key -days "$3" -extfile extensions -out "$1.pem"
}
sign good IP:127.0.0.1 1
sign expired IP:127.0.0.1 -1
sign other DNS:elsewhere.invalid 1
`;

test('a server that cannot be reached, or is not who it should be, is one error that names the cause', () => {
  const place = makePlace();
  try {
    execFileSync('sh', ['-euc', CERTIFICATES], { cwd: place, stdio: 'pipe' });
    const network = process.getuid?.() === 0 ? ['--net'] : ['--user', '--map-root-user', '--net'];
    const program = [process.execPath, '--conditions=karapace-source', PROGRAM, place];
    const script = 'ip link set lo up && exec "$@"';
    const output = execFileSync('unshare', [...network, 'sh', '-euc', script, 'sh', ...program], {
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${process.env['PATH']}:/usr/sbin:/sbin`,
        NODE_EXTRA_CA_CERTS: `${place}/authority.pem`,
      },
    });

    expect(JSON.parse(output)).toEqual({
      good: 'reached',
      expired: failed('CERT_HAS_EXPIRED'),
      'of another host': failed('ERR_TLS_CERT_ALTNAME_INVALID'),
      refused: failed('ECONNREFUSED'),
      reset: failed('ECONNRESET'),
      unreachable: failed('ENETUNREACH'),
      unknown: failed('nowhere.invalid.*(?:EAI_AGAIN|ENOTFOUND)'),
    });
  } finally {
    removePlace(place);
  }
});

function failed(cause: string): unknown {
  return expect.stringMatching(new RegExp(`^DOWNLOAD_FAILED: Could not download .*${cause}`, 'u'));
}
