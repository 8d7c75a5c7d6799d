import type { AdminHandler } from './handler.ts';

/** `/stats` as text: counters and gauges by name, then histograms. */
export const statsHandler: AdminHandler = {
  path: '/stats',
  help: 'print server stats',
  handle({ query }, server) {
    const { stats, serverStats } = server;
    serverStats.refresh();
    const usedOnly = query.has('usedonly');
    const filter = query.get('filter');
    const wanted = filter === null ? () => true : (name: string) => new RegExp(filter).test(name);
    const scalars: string[] = [];
    for (const stat of [...stats.counters(usedOnly), ...stats.gauges(usedOnly)]) {
      if (wanted(stat.name)) scalars.push(`${stat.name}: ${stat.value}\n`);
    }
    const histograms: string[] = [];
    for (const stat of stats.histograms(usedOnly)) {
      if (wanted(stat.name)) histograms.push(`${stat.name}: ${stat.summary()}\n`);
    }
    return { body: scalars.sort().join('') + histograms.sort().join('') };
  },
};
