import type { Server } from '../../server/server.ts';
import type { AdminHandler, AdminParameter, AdminResponse } from '../handler.ts';
import { escapeHtml, htmlPage } from '../html.ts';
import { statsJson } from './json.ts';
import { bucketModes, readParameters, statTypes } from './parameters.ts';
import { statsPrometheus } from './prometheus.ts';
import { select } from './selection.ts';
import { statsText } from './text.ts';

const formats = ['html', 'active-html', 'text', 'json'];
const usedOnly: AdminParameter = { name: 'usedonly', help: 'Only stats that were ever written' };
const filters: readonly AdminParameter[] = [
  { name: 'filter', help: 'Regular expression (Google re2) that names must match somewhere' },
  { name: 'invert_filter', help: 'Show what does not match the filter' },
];

/** `/stats`: all numbers, as text, JSON, HTML or for Prometheus. */
export const stats: AdminHandler = {
  path: '/stats',
  help: 'print server stats',
  parameters: [
    usedOnly,
    ...filters,
    { name: 'format', help: 'Format to use', values: formats },
    { name: 'type', help: 'Kinds of stats to include', values: statTypes },
    { name: 'histogram_buckets', help: 'How to show histograms', values: bucketModes },
  ],
  handle({ query }, server) {
    const format = query.get('format') ?? 'text';
    if (format === 'prometheus') return prometheus(query, server);
    if (!formats.includes(format))
      return { status: 400, body: 'usage: /stats?format=(html|active-html|json|prometheus|text)\n\n' };
    const parameters = readParameters(query);
    if ('body' in parameters) return parameters;
    server.serverStats.refresh();
    const selection = select(server.stats, parameters);
    if (format === 'json')
      return { contentType: 'application/json', body: statsJson(selection, parameters.buckets) };
    const text = statsText(selection, parameters.buckets);
    return format === 'text' ? { body: text } : htmlPage(`<pre>${escapeHtml(text)}</pre>`);
  },
};

/** `/stats/prometheus`. */
export const prometheusStats: AdminHandler = {
  path: '/stats/prometheus',
  help: 'print server stats in prometheus format',
  parameters: [
    usedOnly,
    { name: 'text_readouts', help: 'Accepted; there are no text readouts' },
    ...filters,
    { name: 'histogram_buckets', help: 'How to show histograms', values: ['cumulative', 'summary'] },
  ],
  handle: ({ query }, server) => prometheus(query, server),
};

function prometheus(query: URLSearchParams, server: Server): AdminResponse {
  const parameters = readParameters(query);
  if ('body' in parameters) return parameters;
  const { buckets } = parameters;
  if (buckets === 'disjoint' || buckets === 'detailed')
    return { status: 400, body: 'unsupported prometheus histogram bucket mode' };
  server.serverStats.refresh();
  // Of `type` Envoy checks that it is one, and shows all.
  const selection = select(server.stats, { ...parameters, type: 'All' });
  return { body: statsPrometheus(selection, server.stats, buckets === 'summary') };
}
