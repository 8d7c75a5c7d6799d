import type { Link } from '../../../lab/topology/topology.ts';

/** What goes along a link: its routes' matches, or the cluster's name where there are none. */
export function linkLabel({ routes, cluster }: Link): string {
  const matches = routes.map(({ domains, match }) => {
    const host = domains.length === 0 || domains.includes('*') ? '' : domains.join(',');
    return `${host}${match}`;
  });
  const label = [...new Set(matches)].filter((text) => text !== '').join(', ');
  return label === '' ? cluster : label;
}

/** Links that differ only in the listener they come from, once each, for drawings without listeners. */
export function distinctLinks(links: readonly Link[]): Link[] {
  const seen = new Map<string, Link>();
  for (const link of links) {
    const key = JSON.stringify([link.from.node, link.from.container, link.to, linkLabel(link)]);
    if (!seen.has(key)) seen.set(key, link);
  }
  return [...seen.values()];
}
