import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fakeView } from '../view.fake.ts';
import { cookieBelow } from './cookies.ts';
import { Links } from './links.ts';
import { originOf, placeAt, placeOf } from './place.ts';
import { requestHeaders } from './request-headers.ts';
import { refreshOutward, responseHeaders } from './response-headers.ts';

const view = fakeView();
const origin = 'http://127.0.0.1:4000';
const linksOf = (host: string, port: number) => new Links(placeAt(host, port, view)!, view, origin);
const links = linksOf('web-1', 8080);

describe('placeOf', () => {
  it('reads node, port and the rest of a path', () => {
    const found = placeOf('/web-2/8080/a//b?c=/d', view)!;
    assert.deepEqual([found.place.node.name, found.place.port, found.rest], ['web-2', 8080, '/a//b?c=/d']);
    assert.equal(placeOf('/web/8080/', view)!.place.node.name, 'web-1');
    assert.equal(placeOf('/web/8080', view)!.rest, '');
    assert.equal(placeOf('/web/8080?a', view)!.rest, '?a');
    assert.equal(placeOf('/api-1/8443/', view)!.place.tls, true);
  });

  it('knows no other node, and no port that is none', () => {
    for (const path of [
      '/',
      '/web-3/80/',
      '/web/',
      '/web/x/',
      '/web/0/',
      '/web/65536/',
      '/web/808080/',
      '/web/80a/',
      '//80/',
      '/web%2d1/80/',
    ]) {
      assert.equal(placeOf(path, view), undefined, path);
    }
  });

  it('tells the origin inside the lab', () => {
    assert.equal(originOf(placeAt('web-1', 8080, view)!), 'http://web-1:8080');
    assert.equal(originOf(placeAt('web', 80, view)!), 'http://web');
    assert.equal(originOf(placeAt('api', 8443, view)!), 'https://api:8443');
  });
});

describe('outward', () => {
  const cases: readonly (readonly [link: string, outward: string])[] = [
    ['/', '/web-1/8080/'],
    ['/a?b#c', '/web-1/8080/a?b#c'],
    [' /a\n', '/web-1/8080/a'],
    ['/web-1/8080/a', '/web-1/8080/a'],
    ['/web-1/80801', '/web-1/8080/web-1/80801'],
    // Into the lab, by whatever name.
    ['http://web-1:8080/a?b#c', '/web-1/8080/a?b#c'],
    ['//web-1:8080/a', '/web-1/8080/a'],
    ['HTTP://WEB-2:8080', '/web-2/8080/'],
    ['http://www.example.com:8080/a', '/web-1/8080/a'],
    ['http://10.0.0.2:8080/a', '/web-2/8080/a'],
    ['http://localhost:8080/a', '/web-1/8080/a'],
    ['https://api:8443/a', '/api/8443/a'],
    ['http://api/a', '/api/80/a'],
    // Elsewhere, or nothing to change.
    ['a/b', 'a/b'],
    ['../a', '../a'],
    ['?a', '?a'],
    ['#a', '#a'],
    ['', ''],
    ['https://envoyproxy.io/a', 'https://envoyproxy.io/a'],
    ['//cdn.example.org/a', '//cdn.example.org/a'],
    ['http://localhost:9999/a', 'http://localhost:9999/a'],
    ['https://web-1:8080/a', 'https://web-1:8080/a'],
    ['http://[bad/', 'http://[bad/'],
    ['mailto:a@web-1', 'mailto:a@web-1'],
    ['javascript:a("/b")', 'javascript:a("/b")'],
    ['data:text/plain,/a', 'data:text/plain,/a'],
  ];
  for (const [link, outward] of cases) {
    it(`${JSON.stringify(link)} is ${JSON.stringify(outward)}`, () =>
      assert.equal(links.outward(link), outward));
  }
});

it('inward is the address inside the lab, of the lab’s pages alone', () => {
  assert.equal(links.inward(`${origin}/web-2/8080/a?b`), 'http://web-2:8080/a?b');
  assert.equal(links.inward(`${origin}/`), undefined);
  assert.equal(links.inward('http://elsewhere/web-2/8080/'), undefined);
});

describe('requestHeaders', () => {
  it('are those of a browser inside the lab', () => {
    const sent = requestHeaders(
      {
        host: ['127.0.0.1:4000'],
        origin: [origin],
        referer: [`${origin}/web-2/8080/a`],
        cookie: ['a=1; envoy-lab-4000=secret'],
        'accept-encoding': ['gzip, br;q=0.5, zstd, *'],
        'x-a': ['1', '2'],
      },
      links,
    );
    assert.deepEqual(sent, {
      host: ['web-1:8080'],
      origin: ['http://web-2:8080'],
      referer: ['http://web-2:8080/a'],
      cookie: ['a=1'],
      'accept-encoding': ['gzip, br;q=0.5'],
      'x-a': ['1', '2'],
    });
  });

  it('tell nothing of the gateway itself', () => {
    const sent = requestHeaders(
      {
        host: ['127.0.0.1:4000'],
        referer: [`${origin}/?token=secret`],
        origin: [origin],
        cookie: ['envoy-lab-1=secret'],
      },
      links,
    );
    assert.deepEqual(sent, { host: ['web-1:8080'], origin: ['http://web-1:8080'] });
    assert.deepEqual(requestHeaders({ 'accept-encoding': ['zstd'] }, links)['accept-encoding'], ['identity']);
  });
});

describe('responseHeaders', () => {
  it('lead through the gateway', () => {
    const sent = responseHeaders(
      {
        location: ['/a'],
        'content-location': ['http://web-2:8080/b'],
        refresh: ['5; url=/c'],
        link: ['</d>; rel=preload, <https://x/e>; rel=next', '<f>'],
        'set-cookie': ['a=1; Path=/; Domain=web-1', 'envoy-lab-4000=x'],
        'x-a': ['/a'],
      },
      links,
    );
    assert.deepEqual(sent.location, ['/web-1/8080/a']);
    assert.deepEqual(sent['content-location'], ['/web-2/8080/b']);
    assert.deepEqual(sent.refresh, ['5; url=/web-1/8080/c']);
    assert.deepEqual(sent.link, ['</web-1/8080/d>; rel=preload, <https://x/e>; rel=next', '<f>']);
    assert.deepEqual(sent['set-cookie'], ['a=1; Path=/web-1/8080/']);
    assert.deepEqual(sent['x-a'], ['/a']);
  });

  it('keep other origins out, and say nothing for the other pages', () => {
    const sent = responseHeaders(
      {
        'content-security-policy': ["default-src 'self'"],
        'referrer-policy': ['unsafe-url'],
        'access-control-allow-origin': ['*'],
        'clear-site-data': ['"*"'],
        'service-worker-allowed': ['/'],
        'strict-transport-security': ['max-age=1'],
        'alt-svc': ['h3=":1"'],
        'set-cookie': ['envoy-lab-4000=x'],
      },
      links,
    );
    assert.deepEqual(sent, {
      'content-security-policy': ["default-src 'self'", "frame-ancestors 'self'"],
      'referrer-policy': ['same-origin'],
      'x-content-type-options': ['nosniff'],
      'cross-origin-opener-policy': ['same-origin'],
      'cross-origin-resource-policy': ['same-origin'],
    });
  });
});

it('refreshOutward knows the forms of a refresh', () => {
  for (const [value, outward] of [
    ['5', '5'],
    ['0;url=/a', '0;url=/web-1/8080/a'],
    ["1.5 ; URL = '/a'", "1.5 ; URL = '/web-1/8080/a'"],
    ['0, /a', '0, /web-1/8080/a'],
    ['0; url="a"', '0; url="a"'],
  ] as const) {
    assert.equal(refreshOutward(value, links), outward);
  }
});

it('cookieBelow keeps a cookie below its page', () => {
  const { place } = links;
  assert.equal(cookieBelow('a=1', place), 'a=1');
  assert.equal(
    cookieBelow('a=p=/; path=/x ;HttpOnly; domain=.example.com', place),
    'a=p=/; Path=/web-1/8080/x;HttpOnly',
  );
  assert.equal(cookieBelow('a=1; Path=x; Secure', place), 'a=1; Path=x; Secure');
  assert.equal(cookieBelow('__Host-a=1; Secure; Path=/', place), '__Host-a=1; Secure; Path=/');
  assert.equal(cookieBelow(' Envoy-Lab-4000 =x; Path=/', place), undefined);
});
