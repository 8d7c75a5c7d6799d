import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatsStore } from '../stats/store.ts';
import { LayeredRuntime } from './layered-runtime.ts';

/** Layers of which Envoy 1.40 was asked. */
const layers = [
  {
    name: 's1',
    static_layer: {
      a: 1,
      b: { c: 'x', d: { e: 2.5, f: true } },
      frac: { numerator: 5, denominator: 'TEN_THOUSAND' },
      neg: -4,
      str: '12',
      sb: 'true',
      z: 0.1,
      big: 12345678901,
      dot: { 'x.y': 1 },
    },
  },
  { name: 's2', static_layer: { a: 7, 'b.c': 'over' } },
  { name: 'admin', admin_layer: {} },
];

function setUp(config: typeof layers | object[] = layers) {
  const stats = new StatsStore();
  const runtime = new LayeredRuntime({ layers: config as typeof layers }, stats);
  return { runtime, stats };
}

test('later layers win; every layer shows what it says', () => {
  const { runtime } = setUp();
  const { layers: names, entries } = runtime.dump();
  assert.deepEqual(names, ['s1', 's2', 'admin']);
  assert.deepEqual(entries.a, { layer_values: ['1', '7', ''], final_value: '7' });
  assert.deepEqual(entries['b.c'], { layer_values: ['x', 'over', ''], final_value: 'over' });
  const finals = Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, entry.final_value]));
  assert.deepEqual(finals, {
    a: '7',
    'b.c': 'over',
    'b.d.e': '2.5',
    'b.d.f': 'true',
    big: '1.23457e+10',
    'dot.x.y': '1',
    frac:
      'fields {\n  key: "denominator"\n  value {\n    string_value: "TEN_THOUSAND"\n  }\n}\n' +
      'fields {\n  key: "numerator"\n  value {\n    number_value: 5\n  }\n}\n',
    neg: '-4',
    sb: 'true',
    str: '12',
    z: '0.1',
  });
});

test('values by type', () => {
  const { runtime } = setUp();
  assert.equal(runtime.integer('a', 3), 7);
  assert.equal(runtime.integer('str', 3), 12);
  assert.equal(runtime.integer('big', 3), 12345678901);
  assert.equal(runtime.integer('neg', 3), 3);
  assert.equal(runtime.integer('b.c', 3), 3);
  assert.equal(runtime.integer('unset', 3), 3);
  assert.equal(runtime.boolean('sb', false), true);
  assert.equal(runtime.boolean('b.d.f', false), true);
  assert.equal(runtime.boolean('unset', true), true);
  assert.equal(runtime.get('b.c'), 'over');
  assert.equal(runtime.get('unset'), undefined);
  const none = { numerator: 0, denominator: 100 };
  assert.equal(runtime.fractionEnabled('frac', none, 10_004), true);
  assert.equal(runtime.fractionEnabled('frac', none, 10_005), false);
  assert.equal(runtime.fractionEnabled('a', none, 106), true);
  assert.equal(runtime.fractionEnabled('a', none, 107), false);
  assert.equal(runtime.fractionEnabled('', { numerator: 1, denominator: 100 }, 0), true);
});

test('the admin layer is written and taken back', () => {
  const { runtime, stats } = setUp();
  assert.equal(stats.gauge('runtime.admin_overrides_active').value, 0);
  runtime.override(
    new Map([
      ['a', '9'],
      ['half', 'numerator: 50'],
    ]),
  );
  assert.equal(runtime.integer('a', 0), 9);
  assert.equal(runtime.fractionEnabled('half', { numerator: 0, denominator: 100 }, 49), true);
  assert.equal(stats.gauge('runtime.admin_overrides_active').value, 1);
  runtime.override(
    new Map([
      ['a', ''],
      ['half', ''],
    ]),
  );
  assert.equal(runtime.integer('a', 0), 7);
  assert.equal(stats.gauge('runtime.admin_overrides_active').value, 0);
  assert.equal(stats.counter('runtime.load_success').value, 4);
});

test('counts as Envoy counts at start', () => {
  const { stats } = setUp();
  const value = (name: string) => stats.gauge(`runtime.${name}`).value;
  assert.equal(value('num_layers'), 3);
  assert.equal(value('num_keys'), 11);
  assert.equal(stats.counter('runtime.load_success').value, 2);
  assert.equal(stats.counter('runtime.override_dir_not_exists').value, 2);
});

test('refuses layers as Envoy refuses them', () => {
  const cases: readonly (readonly [object[], string])[] = [
    [
      [
        { name: 'a', static_layer: {} },
        { name: 'a', static_layer: {} },
      ],
      'Duplicate layer name: a',
    ],
    [
      [
        { name: 'a', admin_layer: {} },
        { name: 'b', admin_layer: {} },
      ],
      'Too many admin layers specified in LayeredRuntime, at most one may be specified',
    ],
    [[{ name: 'a', static_layer: { a: [1] } }], 'Invalid runtime entry value for a'],
    [[{ name: 'a', static_layer: { b: { c: null } } }], 'Invalid runtime entry value for b.c'],
  ];
  for (const [config, message] of cases) assert.throws(() => setUp(config), { message, code: 'invalid' });
});

test('without an admin layer nothing can be overridden', () => {
  const { runtime } = setUp([]);
  assert.deepEqual(runtime.dump(), { layers: [], entries: {} });
  assert.throws(() => runtime.override(new Map([['a', '1']])), { message: 'No admin layer specified' });
});
