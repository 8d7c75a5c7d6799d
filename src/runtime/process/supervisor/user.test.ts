import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkUser, type Users } from './user.ts';

const users: Users = {
  uid: 0,
  gid: 0,
  passwd: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  group: 'root:x:0:\nnogroup:x:65534:\n',
};
const check = (user: string | undefined, mode: 'namespaces' | 'loopback' = 'namespaces', as = users) =>
  checkUser(user, 'web-1/app', mode, as);

it('lets pass who everything runs as, by name or id', () => {
  for (const user of [undefined, '', 'root', '0', 'root:root', '0:0', 'root:']) check(user);
  check('nobody', 'loopback', { ...users, uid: 65534 });
});

it('refuses other users, and says why and what to do', () => {
  for (const user of ['nobody', '65534', '12345', 'root:nogroup']) {
    assert.throws(() => check(user), {
      code: 'runtime',
      message: `web-1/app cannot run as ${user}: the user namespace of the lab maps one user only, root`,
      hint: /-u.*user:.*root/,
    });
  }
  assert.throws(() => check('nobody', 'loopback'), { code: 'runtime', message: /without namespaces.*root$/ });
});

it('refuses unknown users and groups', () => {
  assert.throws(() => check('nope'), { code: 'usage', message: /there is no user nope$/ });
  assert.throws(() => check('root:nope'), { code: 'usage', message: /there is no group nope$/ });
  assert.throws(() => check(':root'), { code: 'usage' });
});
