import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lookupHosts, parseHosts } from './hosts-file.ts';

const addresses = (text: string, name: string) => lookupHosts(parseHosts(text), name, [4, 6]);

describe('a hosts file', () => {
  it('has the addresses of a name, whatever its case, comments and other lines left out', () => {
    const text = '# 192.0.2.9 web\n192.0.2.7\tWeb www # web2\n2001:db8::1 web\nnonsense web\n';
    assert.deepEqual(addresses(text, 'WEB'), ['192.0.2.7', '2001:db8::1']);
    assert.deepEqual(addresses(text, 'web2'), []);
  });

  // Seen with Envoy 1.40 in a container whose /etc/hosts is this.
  it('gives a name every address of those that share one with it', () => {
    const text =
      '127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.0.1 app.example.test\n192.0.2.7 far\n';
    assert.deepEqual(addresses(text, 'app.example.test'), ['127.0.0.1', '::1']);
    assert.deepEqual(addresses(text, 'far'), ['192.0.2.7']);
  });

  it('has them in the order of the lines, of both families or of one', () => {
    const table = parseHosts('192.0.2.9 a\n2001:db8::1 a\n192.0.2.1 a\n');
    assert.deepEqual(lookupHosts(table, 'a', [4, 6]), ['192.0.2.9', '2001:db8::1', '192.0.2.1']);
    assert.deepEqual(lookupHosts(table, 'a', [4]), ['192.0.2.9', '192.0.2.1']);
  });

  it('leaves a name in the entry that had it first', () => {
    const text = '192.0.2.1 a\n192.0.2.2 b\n192.0.2.1 b c\n';
    assert.deepEqual(addresses(text, 'b'), ['192.0.2.2']);
    assert.deepEqual(addresses(text, 'c'), ['192.0.2.1']);
  });

  it('reads addresses as c-ares does', () => {
    const text = '10 a\n10.1.02 b\n10.0.0.256 c\n1.2.3.4.5 d\n2001:DB8:0::A e\nfe80::1%lo f\n';
    const read = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => addresses(text, name));
    assert.deepEqual(read, [['10.0.0.0'], ['10.1.2.0'], [], [], ['2001:db8::a'], []]);
  });

  it('leaves out words that are no names; a comment begins where a word would', () => {
    const text = '192.0.2.1 web#www b@d good # no\n192.0.2.2#x app\n192.0.2.3\n192.0.2.4 #e\n';
    const named = ['web', 'web#www', 'b@d', 'good', 'no', 'app', 'e'].filter(
      (name) => addresses(text, name).length > 0,
    );
    assert.deepEqual(named, ['good']);
  });

  it('takes a dot at the end for a part of the name', () => {
    const text = '192.0.2.1 web.\n192.0.2.2 app\n';
    const read = ['web', 'web.', 'app', 'app.'].map((name) => addresses(text, name));
    assert.deepEqual(read, [[], ['192.0.2.1'], ['192.0.2.2'], []]);
  });
});
