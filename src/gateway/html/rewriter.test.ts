import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Links } from '../links/links.ts';
import { placeAt } from '../links/place.ts';
import { fakeView } from '../view.fake.ts';
import { changeDocument, wantsDocument } from './document.ts';
import { HtmlRewriter } from './rewriter.ts';

const view = fakeView();
const links = new Links(placeAt('web-1', 8080, view)!, view, 'http://127.0.0.1:4000');
const prefix = '/web-1/8080';

async function rewrite(chunks: readonly Buffer[], script = ''): Promise<Buffer> {
  const out: Buffer[] = [];
  await pipeline(Readable.from(chunks), new HtmlRewriter(links, script), async (source) => {
    for await (const chunk of source) out.push(chunk as Buffer);
  });
  return Buffer.concat(out);
}

/** In one piece, and byte by byte: both have to come to the same. */
async function rewritten(text: string, script = ''): Promise<string> {
  const bytes = Buffer.from(text);
  const whole = await rewrite([bytes], script);
  const split = await rewrite(
    [...bytes].map((byte) => Buffer.from([byte])),
    script,
  );
  assert.equal(split.toString(), whole.toString());
  return whole.toString();
}

describe('HtmlRewriter', () => {
  const changed: readonly (readonly [text: string, outward: string])[] = [
    ['<a href="/a">', `<a href="${prefix}/a">`],
    ["<A HREF='/a' title=x>", `<A HREF='${prefix}/a' title=x>`],
    ['<a href=/a>b</a>', `<a href=${prefix}/a>b</a>`],
    ['<a\n\thref = "/a"\n>', `<a\n\thref = "${prefix}/a"\n>`],
    ['<a title="it>s" href=/a/>', `<a title="it>s" href=${prefix}/a/>`],
    ["<a title=it's href=/a>", `<a title=it's href=${prefix}/a>`],
    ['<a href="/a?b=1&amp;c=é">é</a>', `<a href="${prefix}/a?b=1&amp;c=é">é</a>`],
    [
      '<form action="/a"><button formaction="/b">',
      `<form action="${prefix}/a"><button formaction="${prefix}/b">`,
    ],
    [
      '<img src=/a srcset="/b 1x, /c?d,e 2x,/f 3x">',
      `<img src=${prefix}/a srcset="${prefix}/b 1x, ${prefix}/c?d,e 2x,${prefix}/f 3x">`,
    ],
    ['<a ping="/a /b">', `<a ping="${prefix}/a ${prefix}/b">`],
    ['<base href="/app/">', `<base href="${prefix}/app/">`],
    [
      '<meta http-equiv=Refresh content="0; url=/a">',
      `<meta http-equiv=Refresh content="0; url=${prefix}/a">`,
    ],
    ['<meta name=referrer content=no-referrer>', '<meta name=referrer content=same-origin>'],
    ['<svg><use xlink:href="/a#b"/></svg>', `<svg><use xlink:href="${prefix}/a#b"/></svg>`],
    [
      '<script src="/a">"<a href=/b>"</script><a href=/c>',
      `<script src="${prefix}/a">"<a href=/b>"</script><a href=${prefix}/c>`,
    ],
    ['<a href="http://web-2:8080/a">', '<a href="/web-2/8080/a">'],
    ['1 < 2 <a href=/a>', `1 < 2 <a href=${prefix}/a>`],
    ['<!-- > <a href=/a> --><a href=/b>', `<!-- > <a href=/a> --><a href=${prefix}/b>`],
  ];
  for (const [text, outward] of changed) {
    it(`changes ${text}`, async () => assert.equal(await rewritten(text), outward));
  }

  for (const text of [
    '<a href="a" title="/a" data-href="/a">/a</a>',
    '<meta name=description content=/a>',
    '<style>a { background: url(/a) }</style>',
    '<textarea><a href=/a></textarea>',
    '<title><a href=/a></TITLE >',
    '<script>if (a</b>/.test(c)) "</scrip" + "<a href=/a>"</script>',
    '<!doctype html><!-- <a href=/a>',
    '<a href="/a',
    '<',
    '</a href=/a>',
    '<?php <a ?>',
    '<a href=>x',
  ]) {
    it(`leaves ${text}`, async () => assert.equal(await rewritten(text), text));
  }

  it('keeps every byte of other encodings', async () => {
    const bytes = Buffer.from([...Array(256).keys()].filter((byte) => byte !== 0x3c));
    assert.deepEqual(await rewrite([bytes]), bytes);
  });

  it('does not wait for ever for the end of a tag', async () => {
    const rewriter = new HtmlRewriter(links, '');
    rewriter.write(`<a title="${'x'.repeat(2 << 20)}`);
    assert.ok((rewriter.read() as Buffer).length > 1 << 20);
  });

  it('puts the script before all others', async () => {
    for (const [text, outward] of [
      [
        '<!doctype html><html><head><script></script></head>',
        '<!doctype html><html><head>S<script></script></head>',
      ],
      ['<html lang=en><body>', '<html lang=en>S<body>'],
      ['<p>a<p>b', 'S<p>a<p>b'],
      ['<header>', 'S<header>'],
      ['no tag', 'no tag'],
    ] as const) {
      assert.equal(await rewritten(text, 'S'), outward);
    }
  });
});

describe('changeDocument', () => {
  const html = { 'content-type': ['text/html; charset=utf-8'], 'content-length': ['9'], 'x-a': ['1'] };

  it('decodes what is compressed', async () => {
    const change = changeDocument(200, { ...html, 'content-encoding': ['gzip'] }, links)!;
    assert.deepEqual(change.headers, { 'content-type': html['content-type'], 'x-a': ['1'] });
    const out: Buffer[] = [];
    await pipeline([
      Readable.from([gzipSync('<a href=/a>')]),
      ...change.through,
      async (source: AsyncIterable<Buffer>) => {
        for await (const chunk of source) out.push(chunk);
      },
    ] as never);
    assert.match(Buffer.concat(out).toString(), /<script src="[^"]+"><\/script><a href=\/web-1\/8080\/a>$/);
  });

  it('leaves what is no HTML, or cannot be read', () => {
    for (const headers of [
      {},
      { 'content-type': ['text/plain'] },
      { 'content-type': ['text/html; charset="UTF-16LE"'] },
      { ...html, 'content-encoding': ['zstd'] },
      { ...html, 'content-encoding': ['gzip, aes'] },
      { ...html, 'content-range': ['bytes 0-8/9'] },
    ]) {
      assert.equal(changeDocument(200, headers, links), undefined, JSON.stringify(headers));
    }
    assert.equal(changeDocument(206, html, links), undefined);
  });
});

it('wantsDocument tells what is shown from what a script reads', () => {
  assert.equal(wantsDocument({ 'sec-fetch-dest': ['document'] }), true);
  assert.equal(wantsDocument({ 'sec-fetch-dest': ['iframe'] }), true);
  assert.equal(wantsDocument({ 'sec-fetch-dest': ['empty'], accept: ['text/html'] }), false);
  assert.equal(wantsDocument({ accept: ['text/html, */*'] }), true);
  assert.equal(wantsDocument({ accept: ['*/*'] }), false);
});
