import type { AdminHandler, AdminParameter } from '../handler.ts';
import { escapeHtml, htmlPage } from '../html.ts';

function field({ name, help, values }: AdminParameter): string {
  const input =
    values === undefined
      ? `<input name='${name}' title='${escapeHtml(help)}'>`
      : `<select name='${name}'><option></option>${values.map((value) => `<option>${value}</option>`).join('')}</select>`;
  return `<div class='parameter'><label>${name} ${input}</label> ${escapeHtml(help)}</div>`;
}

/** A link; where something is changed or asked, a form. Empty fields are not sent. */
function entry({ path, help, mutates, parameters = [] }: AdminHandler): string {
  const name = path.slice(1);
  const text = escapeHtml(help);
  if (!mutates && parameters.length === 0)
    return `<tr><td><a href='${name}'>${name}</a></td><td>${text}</td></tr>`;
  const form =
    `<form action='${name}' method='${mutates ? 'post' : 'get'}' ` +
    "onformdata='for (const [k, v] of [...event.formData]) if (v === &quot;&quot;) event.formData.delete(k)'>";
  return `<tr><td>${form}<button>${name}</button>${parameters.map(field).join('')}</form></td><td>${text}</td></tr>`;
}

/** `/`: all pages to click on. */
export function homePage(handlers: () => readonly AdminHandler[]): AdminHandler {
  return {
    path: '/',
    help: 'Admin home page',
    handle() {
      const pages = handlers().filter(({ path }) => path !== '/');
      const sorted = pages.sort((a, b) => (a.path < b.path ? -1 : 1));
      const rows = sorted.map(entry).join('\n');
      return htmlPage(`<table>\n<tr><td>Command</td><td>Description</td></tr>\n${rows}\n</table>`);
    },
  };
}
