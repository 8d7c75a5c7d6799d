/** Pages about parts of Envoy that are not here: they answer as an Envoy built or started without those parts. */
import { type AdminHandler, type AdminResponse, jsonResponse, ok } from '../handler.ts';

const enable = [{ name: 'enable', help: 'y starts it, n stops it', values: ['y', 'n'] }];

const notBuilt = (what: string): AdminResponse => ({
  status: 501,
  body: `The current build does not support ${what}`,
});

/** What is said to a query that neither starts nor stops anything. */
function asksEnable(query: URLSearchParams): AdminResponse | undefined {
  const valid = ['y', 'n'].includes(query.get('enable') ?? '');
  return valid ? undefined : { status: 400, body: '?enable=<y|n>\n' };
}

const lookups: AdminHandler[] = ['clear', 'disable', 'enable'].map((action) => ({
  path: `/stats/recentlookups/${action}`,
  help: `${action} the record of stat names that were looked up`,
  mutates: true,
  handle: () => ok,
}));

export const absentPages: readonly AdminHandler[] = [
  {
    path: '/allocprofiler',
    help: 'enable/disable the allocation profiler (if supported)',
    parameters: enable,
    mutates: true,
    handle({ query }) {
      const refusal = asksEnable(query);
      if (refusal !== undefined) return refusal;
      if (query.get('enable') === 'n') return { status: 400, body: 'Allocation profiler is not started' };
      return notBuilt('allocation profiler');
    },
  },
  {
    path: '/contention',
    help: 'dump current Envoy mutex contention stats (if enabled)',
    handle: () => ({
      body: 'Mutex contention tracing is not enabled. To enable, run Envoy with flag --enable-mutex-tracing.',
    }),
  },
  {
    path: '/cpuprofiler',
    help: 'enable/disable the CPU profiler',
    parameters: enable,
    mutates: true,
    handle({ query }) {
      const refusal = asksEnable(query);
      if (refusal !== undefined) return refusal;
      return query.get('enable') === 'y' ? { status: 500, body: 'failure to start the profiler' } : ok;
    },
  },
  {
    path: '/heap_dump',
    help: 'dump current Envoy heap (if supported)',
    handle: () => notBuilt('heap dump'),
  },
  {
    path: '/heapprofiler',
    help: 'enable/disable the heap profiler',
    parameters: enable,
    mutates: true,
    handle: () => notBuilt('heap profiler'),
  },
  {
    path: '/hot_restart_version',
    help: 'print the hot restart compatibility version',
    handle: () => ({ body: 'disabled' }),
  },
  {
    path: '/init_dump',
    help: 'dump current Envoy init manager information (experimental)',
    parameters: [{ name: 'mask', help: 'The part whose unready targets to show' }],
    handle: () => jsonResponse({}),
  },
  {
    path: '/memory/tcmalloc',
    help: 'print TCMalloc stats',
    handle: () => notBuilt('tcmalloc stats'),
  },
  {
    path: '/peak_heap_dump',
    help: 'dump peak Envoy heap (if supported)',
    handle: () => notBuilt('peak heap dump'),
  },
  {
    path: '/stats/recentlookups',
    help: 'Show recent stat-name lookups',
    handle: () => ({
      body: 'Lookup tracking is not enabled. Use /stats/recentlookups/enable to enable.\n\ntotal: 0\n',
    }),
  },
  ...lookups,
];
