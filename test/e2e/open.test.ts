import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { findOracle } from '../oracle.ts';
import { Chromium, skipWithoutChromium as skip } from './chromium.ts';
import { CommandLine, type Running } from './command-line.ts';
import { pagesSandbox } from './open-sandbox.ts';
import { assertDocumented } from './shapes.ts';

/** What `open --json` prints, as far as it is used here. */
interface Opened {
  readonly url: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly pages: readonly { readonly kind: string; readonly port: number; readonly url: string }[];
  }[];
}

/** Starts `open` and reads what it serves. */
async function open(cli: CommandLine, ...words: readonly string[]): Promise<[Opened, Running]> {
  const running = cli.start(['open', '--json', ...words]);
  let text = '';
  running.child.stdout!.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  await running.printed(/\}\n$/);
  return [JSON.parse(text) as Opened, running];
}

/** Fails when something goes wrong on a page that is no page of the lab's own making. */
function watchPage(page: Page): string[] {
  const wrong: string[] = [];
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(error.message));
  return wrong;
}

describe('envoy-lab open', { skip }, () => {
  const envoy = findOracle();
  const cli = new CommandLine(envoy === undefined ? {} : { ENVOY_PATH: envoy });
  let browser: Chromium;
  let opened: Opened;
  let running: Running;
  let origin: string;
  before(async () => {
    const engine = envoy === undefined ? [] : ['--engine', 'front-envoy=envoy'];
    [browser] = await Promise.all([
      Chromium.start('--host-resolver-rules=MAP evil.test 127.0.0.1'),
      cli.ok('up', 'front-proxy', ...engine),
    ]);
    [opened, running] = await open(cli);
    origin = new URL(opened.url).origin;
  });
  after(async () => {
    running?.child.kill('SIGINT');
    await running?.ended;
    await browser?.[Symbol.asyncDispose]();
    await cli[Symbol.asyncDispose]();
  });

  it('refuses a port that is taken, and a lab that does not run', async () => {
    const taken = await cli.run(['open', '--port', new URL(origin).port]);
    assert.equal(taken.code, 3);
    assert.match(
      taken.stderr,
      /cannot listen on 127\.0\.0\.1:\d+: something else listens there\nhint: .*--port/,
    );
    assert.equal((await cli.run(['open', '--lab', 'nosuch'])).code, 1);
    assert.equal(taken.stdout, '');
  });

  it('prints what docs/json.md describes', () => {
    assertDocumented('open', opened);
    assert.match(opened.url, /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
  });

  it('lets nobody in without the token, and takes it out of the address bar', async () => {
    const page = await browser.context.newPage();
    assert.equal((await page.goto(`${origin}/`))!.status(), 403);
    assert.match(await page.innerText('main'), /Open the address that envoy-lab open printed/);
    const wrong = watchPage(page);
    await page.goto(opened.url);
    assert.equal(page.url(), `${origin}/`);
    assert.equal(await page.evaluate('document.cookie'), '');
    assert.equal(await page.innerText('h1'), 'front-proxy');
    assert.deepEqual(
      await page
        .locator('section h2')
        .allInnerTexts()
        .then((all) => all.map((one) => one.split('\n')[0])),
      ['front-envoy-1', 'service1-1', 'service2-1'],
    );
    assert.deepEqual(wrong, []);
    await page.close();
  });

  it('shows replicas as they come and go', async () => {
    const page = await browser.context.newPage();
    await page.goto(`${origin}/`);
    await cli.ok('scale', 'service2=2');
    await page.locator('#service2-2 .badge.good').nth(1).waitFor();
    await cli.ok('stop', 'service2-2');
    await page.locator('#service2-2 .badge.off').nth(1).waitFor();
    await cli.ok('scale', 'service2=1');
    await page.locator('#service2-2').waitFor({ state: 'detached' });
    await page.close();
  });

  it('leads to unpublished apps, and over TLS', async () => {
    const page = await browser.context.newPage();
    await page.goto(`${origin}/service1-1/8080/service/1`);
    assert.match(await page.innerText('body'), /service 1\)! hostname service1-1/);
    await page.goto(`${origin}/front-envoy/8443/service/2`);
    assert.match(await page.innerText('body'), /service 2\)! hostname service2-1/);
    const nothing = await page.goto(`${origin}/service1-1/9/`);
    assert.equal(nothing!.status(), 502);
    assert.match(await page.innerText('main'), /No page from service1-1, port 9/);
    assert.equal((await page.goto(`${origin}/nosuch/80/`))!.status(), 404);
    await page.close();
  });

  for (const [engine, node] of [
    ['envoy', 'front-envoy-1'],
    ['ts', 'service2-1'],
  ] as const) {
    const missing = engine === 'envoy' && envoy === undefined ? 'the real Envoy was not found' : false;
    it(`leads to every admin page and button of engine ${engine}`, { skip: missing }, async () => {
      const page = await browser.context.newPage();
      await page.goto(`${origin}/`);
      await page.locator(`#${node} a.port`, { hasText: ':8001' }).click();
      const home = `${origin}/${node}/8001/`;
      await page.waitForURL(home);
      const links = await page
        .locator('a[href]')
        .evaluateAll((all) => all.map((one) => (one as never as { href: string }).href));
      const forms = await page
        .locator('form')
        .evaluateAll((all) => all.map((one) => one.getAttribute('action')!));
      assert.ok(links.length >= 8 && forms.length >= 10, `${links.length} links, ${forms.length} forms`);
      for (const link of links) {
        assert.ok(link.startsWith(home), link);
        // Not built in, or nothing to show: Envoy's own words.
        const status = (await page.goto(link))!.status();
        assert.ok(status === 200 || [501, 503].includes(status), `${link} ${status}`);
      }
      for (const action of forms.filter((form) => form !== 'quitquitquit' && !form.endsWith('profiler'))) {
        await page.goto(home);
        const answer = page.waitForResponse((response) => response.url().startsWith(`${home}${action}`));
        await page.locator(`form[action="${action}"] button`).first().click();
        // Chromium does not close a page for certain that is still on its way.
        await page.waitForLoadState();
        const status = (await answer).status();
        assert.ok(status === 200 || status === 400 || status === 503, `${action} ${status}`);
      }
      await page.close();
    });
  }

  it('ends when the lab is down, and says so', async () => {
    const page = await browser.context.newPage();
    await page.goto(`${origin}/`);
    await cli.ok('down', 'front-proxy');
    const { code, stderr } = await running.ended;
    assert.equal(code, 0);
    assert.match(stderr, /lab front-proxy is down/);
    await page.getByText('envoy-lab open has ended').waitFor();
    await page.close();
    await cli.assertClean();
  });
});

describe('pages below envoy-lab open', { skip }, () => {
  const cli = new CommandLine();
  let browser: Chromium;
  let running: Running;
  let opened: Opened;
  let origin: string;
  before(async () => {
    [browser] = await Promise.all([
      Chromium.start('--host-resolver-rules=MAP evil.test 127.0.0.1'),
      cli.ok('up', cli.sandbox('pages', pagesSandbox)).then(() => cli.ok('up', 'get-started')),
    ]);
    [opened, running] = await open(cli, '--lab', 'pages');
    origin = new URL(opened.url).origin;
  });
  after(async () => {
    running?.child.kill('SIGINT');
    assert.equal((await running?.ended)?.code, 130);
    await browser?.[Symbol.asyncDispose]();
    await cli[Symbol.asyncDispose]();
  });
  const log = () => cli.ok('logs', '--lab', 'pages', '--no-prefix', 'web');

  it('keeps links, forms, redirects and what scripts ask for working', async () => {
    const page = await browser.context.newPage();
    const home = `${origin}/web-1/7000/`;
    await page.goto(opened.nodes[0]!.pages[0]!.url);
    assert.equal(page.url(), home);
    assert.equal(await page.title(), 'Café');
    await page.getByText('done', { exact: false }).waitFor();
    assert.deepEqual((await page.innerText('#script')).split('\n'), [
      'fetch GET 0 web-1:7000  http://web-1:7000/ own=1; safe=2',
      'post POST 9 web-1:7000 http://web-1:7000 http://web-1:7000/ own=1; safe=2',
      'cookie own=1; safe=2',
      'image',
      'socket pong',
      'at /web-1/7000/pushed',
      'done',
    ]);
    assert.match(await log(), /^WS \/socket http:\/\/web-1:7000 own=1; safe=2$/m);
    for (const query of ['css', 'made'])
      assert.match(await log(), new RegExp(`^GET /dot\\.svg\\?${query}$`, 'm'));
    for (const [id, path] of [
      ['root', 'there?a=1&b=2'],
      ['absolute', 'there'],
      ['old', 'there?redirected'],
      ['refresh', 'there?refreshed'],
    ]) {
      await page.goto(home);
      await page.click(`#${id}`);
      await page.waitForURL(`${home}${path}`);
      assert.match(await page.innerText('body'), new RegExp(`^GET /${path!.replace('?', '\\?')} `));
    }
    await page.goto(home);
    await page.click('button');
    await page.waitForURL(`${home}form`);
    assert.match(await page.innerText('body'), /^POST \/form word=hello own=1; safe=2$/);
    await page.close();
  });

  it('shows the website with its style and all its links', async () => {
    const [website, second] = await open(cli, '--lab', 'get-started');
    const page = await browser.context.newPage();
    await page.goto(website.url);
    const home = `${new URL(website.url).origin}/website-1/8080/`;
    await page.locator('#website-1 a.port').click();
    await page.waitForURL(home);
    assert.notEqual(await page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily"), '');
    assert.equal(await page.evaluate('document.styleSheets[0].cssRules.length > 0'), true);
    await page.click('text=About this site');
    assert.equal(page.url(), `${home}about`);
    await page.click('text=Back');
    assert.equal(page.url(), home);
    await page.click('text=Your request as it arrived here');
    // Both gateways have let this browser in, and neither page is told.
    const headers = JSON.parse(await page.innerText('body')) as Record<string, string>;
    assert.equal(headers.host, 'website-1:8080');
    assert.equal(headers.referer, 'http://website-1:8080/');
    assert.doesNotMatch(headers.cookie ?? '', /envoy-lab/);
    await page.goto(`${origin}/`);
    assert.equal(await page.innerText('h1'), 'pages');
    await page.close();
    second.child.kill('SIGINT');
    assert.equal((await second.ended).code, 130);
  });

  it('lets a page of another origin reach nothing, be it on the same host', async () => {
    const page = await browser.context.newPage();
    await page.goto(opened.url);
    const before = (await log()).match(/hit/g)?.length ?? 0;
    const hostile = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(request.url === '/' ? hostilePage(`${origin}/web-1/7000/hit`) : 'other');
    });
    hostile.listen(0, '127.0.0.1');
    await once(hostile, 'listening');
    const { port } = hostile.address() as AddressInfo;
    try {
      for (const host of ['127.0.0.1', 'localhost', 'evil.test']) {
        await page.goto(`http://${host}:${port}/`);
        await page.waitForFunction("document.title === 'done'");
        const told = await page.innerText('#told');
        assert.equal(told, hostileResults, host);
        const frame = page.frames().find((candidate) => candidate.name() === 'frame')!;
        await assert.rejects(
          frame.evaluate('document.body.innerText.includes("hit") ? 1 : Promise.reject(0)'),
        );
      }
      // A name that was rebound to us is not ours.
      const rebound = await page.goto(`http://evil.test:${new URL(origin).port}/web-1/7000/hit`);
      assert.equal(rebound!.status(), 421);
      assert.equal((await log()).match(/hit/g)?.length ?? 0, before);
      // The same requests by a page of the lab do arrive: it was not for want of trying.
      await page.goto(`${origin}/web-1/7000/there`);
      await page.evaluate("fetch('/hit', { method: 'POST' }).then((answer) => answer.text())");
      assert.match(await log(), /^POST \/hit$/m);
    } finally {
      await closeServer(hostile);
      await page.close();
    }
  });
});

/** Tries all that a page can try without asking anybody, and tells what came of it. */
function hostilePage(target: string): string {
  return `<!doctype html><title>hostile</title><pre id=told></pre>
<iframe name=frame src="${target}?frame"></iframe><iframe name=form></iframe>
<form method=post action="${target}?form" target=form></form>
<script>
const target = '${target}';
const told = [];
const tell = async (what, result) => told.push(what + ' ' + await result.then(() => 'reached', () => 'refused'));
const load = (tag, query) => new Promise((resolve, reject) => {
  const element = document.createElement(tag);
  element.onload = resolve; element.onerror = reject;
  if (tag === 'link') { element.rel = 'stylesheet'; element.href = target + query; } else element.src = target + query;
  document.body.append(element);
});
(async () => {
  await tell('fetch', fetch(target + '?fetch', { credentials: 'include' }));
  await tell('preflight', fetch(target + '?preflight', { method: 'DELETE', credentials: 'include', headers: { 'x-a': '1' } }));
  await fetch(target + '?opaque', { method: 'POST', mode: 'no-cors', credentials: 'include', body: 'b' }).catch(() => {});
  navigator.sendBeacon(target + '?beacon', 'b');
  await tell('image', load('img', '?img'));
  await tell('script', load('script', '?script'));
  await tell('style', load('link', '?style'));
  await tell('socket', new Promise((resolve, reject) => {
    const socket = new WebSocket(target.replace('http', 'ws') + '?socket');
    socket.onopen = resolve; socket.onerror = reject;
  }));
  const form = new Promise((resolve) => document.querySelector('iframe[name=form]').addEventListener('load', resolve));
  document.forms[0].submit();
  await form;
  document.getElementById('told').textContent = told.join(', ');
  document.title = 'done';
})();
</script>`;
}

const hostileResults =
  'fetch refused, preflight refused, image refused, script refused, style refused, socket refused';

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
