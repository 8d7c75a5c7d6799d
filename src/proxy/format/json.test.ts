import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { google } from '../../bootstrap/api.generated.ts';
import { ResponseHeaders } from '../http/headers.ts';
import { fakeEnvironment, fakeInfo, fakeRequest } from '../route/context.fake.ts';
import type { FormatContext } from './context.ts';
import { compileJsonFormat } from './json.ts';

function contextWith(fields: Readonly<Record<string, string>> = {}): FormatContext {
  const info = fakeInfo();
  info.responseCode = 400;
  return { info, request: fakeRequest('/', 'h', fields), response: new ResponseHeaders() };
}

function print(format: google.protobuf.Struct, omitEmptyValues: boolean, context = contextWith()): string {
  return compileJsonFormat(format, fakeEnvironment(), { omitEmptyValues })(context);
}

// Formats and lines as Envoy 1.40 writes them.
const nested: google.protobuf.Struct = {
  b: { z: '%PROTOCOL%', a: { q: '%RESPONSE_CODE%', n: '%REQ(nope)%' } },
  a: ['%PROTOCOL%', 1, true, null, { x: '%REQ(nope)%' }, ['%RESPONSE_CODE%', 'l'], '%REQ(nope)%'],
  n: 1.5,
  big: 12345678901234,
  t: false,
  z: null,
  e: '',
  lit: 'a "q"',
  pct: '100%%',
};

const mixed: google.protobuf.Struct = {
  m: '%PROTOCOL%-%REQ(nope)%',
  m2: '%REQ(nope)%%REQ(nope)%',
  sp: ' %RESPONSE_CODE%',
  only: '%REQ(nope)%',
  emp: {},
  empl: [],
  en: { x: '%REQ(nope)%' },
};

test('keeps types and sorts keys', () => {
  assert.equal(
    print(nested, false),
    '{"a":["HTTP/1.1",1,true,null,{"x":null},[400,"l"],null],"b":{"a":{"n":null,"q":400},"z":"HTTP/1.1"},' +
      '"big":12345678901234,"e":"","lit":"a \\"q\\"","n":1.5,"pct":"100%","t":false,"z":null}\n',
  );
  assert.equal(
    print(mixed, false),
    '{"emp":{},"empl":[],"en":{"x":null},"m":"HTTP/1.1--","m2":"--","only":null,"sp":" 400"}\n',
  );
});

test('omit_empty_values leaves absent values and empty objects out, but no lists', () => {
  assert.equal(
    print(nested, true),
    '{"a":["HTTP/1.1",1,true,[400,"l"]],"b":{"a":{"q":400},"z":"HTTP/1.1"},"big":12345678901234,"e":"",' +
      '"lit":"a \\"q\\"","n":1.5,"pct":"100%","t":false}\n',
  );
  assert.equal(print(mixed, true), '{"empl":[],"m":"HTTP/1.1-","m2":"","sp":" 400"}\n');
});

test('keys are plain text, in the order of their bytes', () => {
  const keys = { B: 'B', a: 'a', A: 'A', _: '_', '1': '1', é: 'é', '%PROTOCOL%': 'k', 'with "quote"': 'q' };
  const line = '{"%PROTOCOL%":"k","1":"1","A":"A","B":"B","_":"_","a":"a","with \\"quote\\"":"q","é":"é"}\n';
  assert.equal(Buffer.from(print(keys, false), 'latin1').toString(), line);
});

test('UTF-8 passes, other bytes are escaped one by one', () => {
  const context = contextWith({
    'x-v': '\xc3\xa4',
    'x-i': '\xe4b',
    'x-c': 'a\tb/<>&',
    'x-a': '\xf0\x9f\x98\x80',
  });
  const format = {
    v: '%REQ(x-v)%',
    i: '%REQ(x-i)%',
    c: '%REQ(x-c)%',
    mix: 'é%REQ(x-v)%',
    mixi: 'é%REQ(x-i)%',
    s: '/</>&\u2028\u0001\b\f\n\r\t',
    astral: '😀',
    ast: '%REQ(x-a)%',
  };
  assert.equal(
    Buffer.from(print(format, false, context), 'latin1').toString(),
    '{"ast":"😀","astral":"😀","c":"a\\tb/<>&","i":"\\u00e4b","mix":"éä","mixi":"é\\u00e4b",' +
      '"s":"/</>&\u2028\\u0001\\b\\f\\n\\r\\t","v":"ä"}\n',
  );
});

test('an empty format is an empty object', () => {
  assert.equal(print({}, false), '{}\n');
  assert.equal(print({}, true), '{}\n');
});
