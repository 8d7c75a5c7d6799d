import assert from 'node:assert/strict';
import { it } from 'node:test';
import { node } from '../../specs.fake.ts';
import { nodeFiles } from './node-files.ts';

it('writes the files of a node, with its own lines of /etc/hosts behind the others', () => {
  const spec = node('web', [], { hosts: { 'db.example.com': '192.0.2.7', six: '2001:db8::1' } });
  const files = nodeFiles(spec, ['10.1.0.2', '10.2.0.2'], '10.1.0.1');
  assert.deepEqual(Object.fromEntries(files.map(({ path, from }) => [path, from])), {
    '/etc/hostname': { content: 'web-1\n' },
    '/etc/hosts': {
      content: [
        '127.0.0.1\tlocalhost',
        '::1\tlocalhost ip6-localhost ip6-loopback',
        '10.1.0.2\tweb-1',
        '10.2.0.2\tweb-1',
        '192.0.2.7\tdb.example.com',
        '2001:db8::1\tsix',
        '',
      ].join('\n'),
    },
    '/etc/resolv.conf': { content: 'nameserver 10.1.0.1\noptions ndots:0 timeout:2 attempts:2\n' },
  });
});
