import { randomBytes } from 'node:crypto';
import type { LabView } from '../lab.ts';
import { type Html, html, Html as Written } from './html.ts';
import { indexMain } from './index-page.ts';
import { indexScript } from './index-script.ts';
import { style } from './style.ts';

/** A page of the gateway itself. */
export interface OwnPage {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='none' stroke='%237c5cd6' stroke-width='2' stroke-linecap='round' d='M2 8h5m0 0 5-4M7 8l5 4'/%3E%3Ccircle cx='13' cy='3.5' r='2' fill='%237c5cd6'/%3E%3Ccircle cx='13' cy='12.5' r='2' fill='%237c5cd6'/%3E%3C/svg%3E";

/** The page that lists all others. */
export function indexPage(view: LabView): OwnPage {
  const body = (nonce: string) => html`<div id="ended" role="status" hidden></div>
<main>${indexMain(view)}</main>
<footer>Any TCP port of a node is here, listed or not, as <code>/NODE/PORT/</code>.
These pages end with <code>envoy-lab open</code>.</footer>
<script nonce="${nonce}">${new Written(indexScript)}</script>`;
  const reload = html`<noscript><meta http-equiv="refresh" content="5"></noscript>`;
  return page(`${view.lab} · envoy-lab`, body, reload);
}

/** A page that says one thing; each string is a paragraph. */
export function messagePage(title: string, text: readonly (string | Html)[]): OwnPage {
  return page(
    title,
    () => html`<main class="message"><h1>${title}</h1>${text.map((one) => html`<p>${one}</p>`)}</main>`,
  );
}

/** Goes on to a path from a page of its own, as if the user had asked for it. */
export function onwardPage(path: string): OwnPage {
  return page('envoy-lab', () => html``, html`<meta http-equiv="refresh" content="0; url=${path}">`);
}

function page(title: string, body: (nonce: string) => Html, head: Html = html``): OwnPage {
  const nonce = randomBytes(16).toString('base64');
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${new Written(icon)}">
${head}
<style nonce="${nonce}">${new Written(style)}</style>
</head>
<body>
${body(nonce)}
</body>
</html>
`;
  return { body: text.text, headers: { ...ownHeaders(nonce), 'content-type': 'text/html; charset=utf-8' } };
}

/** What every answer of the gateway itself says: keep nothing, show it nowhere else, load nothing from elsewhere. */
export function ownHeaders(nonce?: string): Readonly<Record<string, string>> {
  const sources = nonce === undefined ? '' : ` style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}';`;
  return {
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none';${sources} connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
