import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObservedLab } from '../../runtime/runtime.ts';
import type { LabSpec } from '../lab-spec.ts';
import { container, lab, node, observed } from '../specs.fake.ts';
import { type PlanOptions, plan } from './plan.ts';
import { planText } from './plan-text.ts';

const front = node('front', [container('envoy', { kind: 'engine', engine: 'ts' })]);
const web = (index = 1) => node('web', [container('app'), container('sidecar')], { index });

function text(desired: LabSpec | undefined, present?: ObservedLab, options?: PlanOptions): string {
  // The padding before a cause depends on the longest line: not what these tests are about.
  return planText(plan(desired, present, options)).replace(/ +#/g, ' #');
}

describe('plan', () => {
  it('starts a lab that does not run', () => {
    assert.equal(
      text(lab(front, web())),
      [
        'create lab demo # it does not run yet',
        'create front-1 # it does not run yet',
        'create web-1 # it does not run yet',
        'start front-1/envoy # new',
        'start web-1/app, sidecar # new',
        'wait until front-1/envoy, web-1/app, web-1/sidecar are ready # up ends when all are ready',
        '',
      ].join('\n'),
    );
  });

  it('has nothing to do when all is as wanted', () => {
    const wanted = lab(front, web());
    assert.equal(text(wanted, observed(wanted)), 'nothing to do: demo is as wanted\n');
  });

  it('starts containers when what they depend on is ready', () => {
    const db = node('db', [container('store')]);
    const api = node('api', [
      container('migrate', { once: true, dependsOn: [{ name: 'db', until: 'ready' }] }),
      container('app', { dependsOn: [{ name: 'migrate', until: 'done' }] }),
    ]);
    assert.equal(
      text(lab(db, api)),
      [
        'create lab demo # it does not run yet',
        'create db-1 # it does not run yet',
        'create api-1 # it does not run yet',
        'start db-1/store # new',
        'wait until db-1/store is ready # api-1/migrate depends on it',
        'start api-1/migrate # new',
        'wait until api-1/migrate is done # api-1/app depends on it',
        'start api-1/app # new',
        'wait until db-1/store, api-1/migrate, api-1/app are ready # up ends when all are ready',
        '',
      ].join('\n'),
    );
  });

  it('orders operations by `after` alone: nothing waits for what it does not need', () => {
    const db = node('db', [container('store')]);
    const api = node('api', [container('app', { dependsOn: [{ name: 'db', until: 'ready' }] })]);
    const { operations } = plan(lab(db, api, front), undefined);
    const after = Object.fromEntries(operations.map((operation) => [operation.id, operation.after]));
    assert.deepEqual(after['start front-1/envoy'], ['create']);
    assert.deepEqual(after['start api-1/app'], ['create', 'wait db-1/store ready']);
    assert.deepEqual(after['wait db-1/store ready'], ['start db-1/store']);
  });

  it('does not wait for a dependency that is met already', () => {
    const db = node('db', [container('store')]);
    const api = (env: Record<string, string>) =>
      node('api', [container('app', { env, dependsOn: [{ name: 'db', until: 'ready' }] })]);
    assert.equal(
      text(lab(db, api({ A: '2' })), observed(lab(db, api({ A: '1' })))),
      [
        'update api-1 # app: its env changed',
        'start api-1/app # its env changed',
        'wait until api-1/app is ready # up ends when all are ready',
        '',
      ].join('\n'),
    );
  });

  it('touches only the containers that changed', () => {
    const before = lab(front, web());
    const changed = node('web', [container('app', { argv: ['run', 'other'] }), container('sidecar')]);
    assert.equal(
      text(lab(front, changed), observed(before)),
      [
        'update web-1 # app: its command changed',
        'start web-1/app # its command changed',
        'wait until web-1/app is ready # up ends when all are ready',
        '',
      ].join('\n'),
    );
  });

  it('tells a changed engine', () => {
    const real = node('front', [container('envoy', { kind: 'engine', engine: 'envoy' })]);
    assert.match(text(lab(real), observed(lab(front))), /^update front-1 # envoy: its engine is now envoy$/m);
  });

  it('takes away a container that is no longer in its node', () => {
    const without = node('web', [container('app')]);
    assert.equal(text(lab(without), observed(lab(web()))), 'update web-1 # sidecar: no longer wanted\n');
  });

  it('makes a node anew when its ports or networks changed', () => {
    const publish = [{ name: 'http', port: 80, protocol: 'tcp', hostPort: 8080, pinned: false } as const];
    const open = node('front', front.containers, { publish });
    assert.equal(
      text(lab(open), observed(lab(front))),
      [
        'remove front-1 # its published ports changed',
        'create front-1 # its published ports changed',
        'start front-1/envoy # its node is made anew',
        'wait until front-1/envoy is ready # up ends when all are ready',
        '',
      ].join('\n'),
    );
  });

  it('makes a node anew when its hosts changed, and says that an image did', () => {
    const named = (address: string) => node('front', front.containers, { hosts: { db: address } });
    assert.match(
      text(lab(named('192.0.2.8')), observed(lab(named('192.0.2.7')))),
      /^remove front-1 # its hosts changed\n/,
    );
    const shop = (image: string) => node('shop', [container('app', { image, argv: [] })]);
    assert.match(
      text(lab(shop('quay.io/team/shop:2')), observed(lab(shop('quay.io/team/shop:1')))),
      /^update shop-1 # app: its image changed\n/m,
    );
  });

  it('scales up', () => {
    assert.equal(
      text(lab(front, web(), web(2), web(3)), observed(lab(front, web()))),
      [
        'create web-2 # replica 2 is wanted',
        'create web-3 # replica 3 is wanted',
        'start web-2/app, sidecar # new',
        'start web-3/app, sidecar # new',
        'wait until 4 containers are ready # up ends when all are ready',
        '',
      ].join('\n'),
    );
  });

  it('scales down, and removes a node the sandbox no longer has', () => {
    assert.equal(
      text(lab(web()), observed(lab(front, web(), web(2)))),
      ['remove front-1 # the sandbox has no such node', 'remove web-2 # 1 replica is wanted', ''].join('\n'),
    );
  });

  it('starts again what was stopped or ended, and lets go on what is paused', () => {
    const wanted = lab(front, web());
    const states = { 'front-1/envoy': 'paused', 'web-1/app': 'stopped', 'web-1/sidecar': 'exited' } as const;
    const present = observed(wanted, (name) => ({
      state: states[name as keyof typeof states],
      ...(name === 'web-1/sidecar' && { exitCode: 7 }),
    }));
    assert.equal(
      text(wanted, present),
      [
        'unpause front-1 # paused',
        'start web-1/app # stopped',
        'start web-1/sidecar # exited with 7',
        'wait until front-1/envoy, web-1/app, web-1/sidecar are ready # up ends when all are ready',
        '',
      ].join('\n'),
    );
  });

  it('leaves other nodes alone when it is asked about some', () => {
    const present = observed(lab(front, web()), (name) =>
      name.startsWith('front') ? { state: 'stopped' } : {},
    );
    const groups = new Set(['web']);
    assert.match(text(lab(front, web(), web(2)), present, { groups }), /^create web-2 /);
    assert.doesNotMatch(text(lab(front, web(), web(2)), present, { groups }), /front/);
  });

  it('leaves asleep what it is told to', () => {
    const wanted = lab(web());
    const present = observed(wanted, () => ({ state: 'stopped' }));
    const asleep = new Set(['web-1/app', 'web-1/sidecar']);
    assert.equal(text(wanted, present, { asleep }), 'nothing to do: demo is as wanted\n');
  });

  it('takes a lab away', () => {
    assert.equal(text(undefined, observed(lab(front))), 'remove lab demo # asked for\n');
    assert.equal(plan(undefined, undefined).operations.length, 0);
  });

  it('lines the causes up', () => {
    const lines = planText(plan(lab(front), undefined))
      .trimEnd()
      .split('\n');
    assert.equal(new Set(lines.map((line) => line.indexOf('#'))).size, 1);
  });
});
