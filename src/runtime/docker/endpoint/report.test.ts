import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LabError } from '../../../error.ts';
import { parseEndpoint } from './endpoint.ts';
import type { FoundEngine } from './find.ts';
import { reportOf } from './report.ts';

const at = (url: string, rest: Partial<FoundEngine> = {}): FoundEngine => {
  const endpoint = parseEndpoint(url, 'DOCKER_HOST', { platform: 'linux' });
  return {
    name: 'docker',
    version: '20.10.24',
    apiVersion: '1.41',
    os: 'linux',
    rootless: false,
    endpoint,
    ...rest,
  };
};

it('reports an engine by name, version and address', () => {
  const { available, mode, detail, caveats } = reportOf(at('unix:///var/run/docker.sock'));
  assert.deepEqual([available, mode, caveats], [true, 'docker', []]);
  assert.equal(detail, 'Docker 20.10.24 at unix:///var/run/docker.sock');
  const podman = reportOf(at('unix:///p.sock', { name: 'podman', version: '4.3.1', rootless: true }));
  assert.deepEqual([podman.mode, podman.detail], ['podman', 'rootless Podman 4.3.1 at unix:///p.sock']);
});

it('says that an engine elsewhere publishes its ports elsewhere', () => {
  assert.deepEqual(reportOf(at('tcp://127.0.0.1:2375')).caveats, []);
  assert.match(reportOf(at('tcp://far:2375')).caveats[0]!, /127\.0\.0\.1 of far, not of this machine/);
});

it('cannot use an engine of Windows containers', () => {
  const { available, hint } = reportOf(at('unix:///x', { os: 'windows' }));
  assert.deepEqual([available, hint], [false, 'switch it to Linux containers']);
});

it('reports why there is none', () => {
  const report = reportOf(new LabError('runtime', 'none answers', { hint: 'start one' }));
  assert.deepEqual(report, {
    available: false,
    mode: '',
    detail: 'none answers',
    hint: 'start one',
    caveats: [],
  });
});
