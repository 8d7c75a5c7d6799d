import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mayBeFailure, startFailure } from './failure.ts';

const request = { argv: ['nosuch'], workdir: '/no such' };
const judge = (said: string, code: number | undefined = 126) => startFailure(said, code, request, 'box-1');

describe("an engine's words in place of a command's", () => {
  /** Of Docker 20.10 with runc, Podman 4.3 with runc. */
  const said: readonly [string, number, string][] = [
    [
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown\r\n',
      127,
      'nosuch: not found in box-1',
    ],
    [
      'Error: runc: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: OCI runtime attempted to invoke a command that was not found\n',
      127,
      'nosuch: not found in box-1',
    ],
    [
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "/etc": permission denied: unknown\r\n',
      126,
      'cannot run nosuch in box-1: permission denied',
    ],
    [
      'OCI runtime exec failed: exec failed: unable to start container process: chdir to cwd ("/no such") set in config.json failed: no such file or directory: unknown\r\n',
      126,
      'cannot work in /no such of box-1: no such folder',
    ],
    [
      'Error: runc: exec failed: unable to start container process: chdir to cwd ("/etc/passwd") set in config.json failed: not a directory: OCI runtime error\nError: read unixpacket @->/proc/self/fd/14/attach: read: connection reset by peer\n',
      126,
      'cannot work in /no such of box-1: not a folder',
    ],
    [
      'OCI runtime exec failed: something new',
      126,
      'cannot run nosuch in box-1: OCI runtime exec failed: something new',
    ],
  ];
  it('are read', () => {
    for (const [words, code, text] of said) {
      assert.ok(mayBeFailure(Buffer.from(words)));
      const { code: found, text: shown } = judge(words)!;
      assert.deepEqual([found, shown], [code, text]);
    }
    assert.equal(judge(said[0]![0])?.missing, 'nosuch');
  });

  it('say that a user is not there', () => {
    const words = 'unable to find user nosuch: no matching entries in passwd file\r\n';
    assert.ok(mayBeFailure(Buffer.from(words)));
    assert.throws(() => judge(words), { code: 'usage', message: 'no user nosuch in box-1' });
  });

  it("are not taken for a command's own", () => {
    assert.equal(mayBeFailure(Buffer.from('hello')), false);
    assert.equal(judge(said[0]![0], 0), undefined);
    assert.equal(judge(said[0]![0], 1), undefined);
    assert.equal(judge('Error: my own', 127), undefined);
  });
});
