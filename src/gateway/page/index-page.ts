import type { ContainerView, LabView, NodeView, PortView } from '../lab.ts';
import { type Html, html } from './html.ts';

/** Admin pages that are asked for most; the others are linked from the first. */
const adminPages = ['stats', 'clusters', 'listeners', 'config_dump'];

/** The part of the index page that changes with the lab. */
export function indexMain(view: LabView): Html {
  const containers = view.nodes.flatMap((node) => node.containers);
  const well = containers.filter((container) => badgeOf(container).tone === 'good').length;
  return html`<header>
<h1>${view.lab}</h1>
<p>${view.sandbox === view.lab ? '' : html`sandbox ${view.sandbox} on `}${view.runtime}</p>
<p class="count">${counted(view.nodes.length, 'node')}, ${well} of ${counted(containers.length, 'container')} ready</p>
</header>
<div class="nodes">${view.nodes.map(nodeCard)}</div>
${view.nodes.length === 0 ? html`<p class="note">There is no node in this lab.</p>` : ''}`;
}

function nodeCard(node: NodeView): Html {
  const rest = node.ports.filter(({ container }) => !node.containers.some(({ name }) => name === container));
  return html`<section class="node" id="${node.name}">
<h2>${node.name}<span class="mono">${node.addresses.join(' ')}</span></h2>
${node.containers.map((container) => containerRow(node, container))}
${rest.length === 0 ? '' : html`<div class="container"><h3>ports</h3>${portList(node, rest)}</div>`}
</section>
`;
}

function containerRow(node: NodeView, container: ContainerView): Html {
  const { tone, text } = badgeOf(container);
  const ports = node.ports.filter((port) => port.container === container.name);
  return html`<div class="container ${tone === 'off' || tone === 'bad' ? 'off-node' : ''}">
<h3><span class="kind ${container.kind}">${container.kind}</span>${container.name}<small>${container.runs}</small>
<span class="badge ${tone}">${text}</span></h3>
${ports.length === 0 ? '' : portList(node, ports)}
</div>
`;
}

function portList(node: NodeView, ports: readonly PortView[]): Html {
  return html`<ul>${ports.map((port) => portRow(node, port))}</ul>`;
}

function portRow(node: NodeView, port: PortView): Html {
  const path = `/${node.name}/${port.port}/`;
  const what = [port.kind === 'admin' ? 'admin' : port.name, port.tls ? 'TLS' : undefined].filter(Boolean);
  const pages = port.kind === 'admin' ? adminPages : [];
  const scheme = port.tls ? 'https' : 'http';
  const more = html`<span class="more">${pages.map((page) => html`<a href="${path}${page}">${page}</a> `)}</span>`;
  const host = `127.0.0.1:${port.hostPort}`;
  const published = html`<a class="host mono" href="${scheme}://${host}/" rel="noreferrer" title="published on this machine">${host}</a>`;
  return html`<li><a class="port mono" href="${path}">:${port.port}</a>
<span class="what">${what.join(', ')}</span>
${port.hostPort === undefined ? '' : published}
${pages.length === 0 ? '' : more}</li>
`;
}

/** A container's state as a word and its colour. */
export function badgeOf({ state, exitCode, once }: ContainerView): {
  readonly tone: 'good' | 'busy' | 'bad' | 'off';
  readonly text: string;
} {
  if (state === 'ready') return { tone: 'good', text: once ? 'done' : 'ready' };
  if (state === 'exited') {
    return exitCode === 0 && once
      ? { tone: 'good', text: 'done' }
      : { tone: 'bad', text: exitCode === undefined ? 'exited' : `exited ${exitCode}` };
  }
  return { tone: state === 'starting' || state === 'created' ? 'busy' : 'off', text: state };
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
