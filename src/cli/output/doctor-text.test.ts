import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Diagnosis } from '../../lab/doctor.ts';
import { fakeIo } from '../io.fake.ts';
import { doctorText } from './doctor-text.ts';
import { styleFor } from './style.ts';

const plain = styleFor(fakeIo().io.stdout, {});
const docker = {
  address: 'unix:///d.sock',
  from: "Docker's socket",
  available: true,
  detail: 'Docker 20.10.24',
};
const podman = {
  address: 'unix:///p.sock',
  from: "Podman's socket",
  available: true,
  detail: 'Podman 4.3.1',
};
const absent = { address: 'unix:///x.sock', from: "Colima's socket", available: false, detail: 'not there' };

function linesOf(runtime: Diagnosis['runtimes'][number]): string[] {
  const rest = { node: 'v20', engines: [], curl: undefined, state: { folder: '/state' }, ok: true };
  return doctorText({ ...rest, runtimes: [runtime] }, plain).split('\n');
}

it('says which engine is taken, and how to take another', () => {
  const detail = 'Docker 20.10.24 at unix:///d.sock';
  const report = { available: true, mode: 'docker', detail, caveats: ['ports are elsewhere'] };
  const lines = linesOf({ name: 'docker', report, places: [docker, absent, podman] });
  assert.deepEqual(lines.slice(1, 5), [
    '✔ runtime docker: docker; Docker 20.10.24 at unix:///d.sock',
    '    note: ports are elsewhere',
    "    also: Podman 4.3.1 (Podman's socket): DOCKER_HOST=unix:///p.sock",
    '– curl: not on the PATH; the built-in client stands in for its common options',
  ]);
});

it('says what was looked at where no engine answers', () => {
  const report = { available: false, mode: '', detail: 'none answers', hint: 'start one', caveats: [] };
  assert.deepEqual(linesOf({ name: 'docker', report, places: [absent] }).slice(1, 4), [
    '– runtime docker: none answers',
    '    to do: start one',
    "    looked at unix:///x.sock (Colima's socket): not there",
  ]);
});
