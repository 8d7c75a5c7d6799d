import { type AdminHandler, jsonResponse } from '../handler.ts';

/** The heap of V8 under the names Envoy has for that of tcmalloc; bytes, as text. */
export const memory: AdminHandler = {
  path: '/memory',
  help: 'print current allocation/heap usage',
  handle() {
    const { heapUsed, heapTotal, rss, external, arrayBuffers } = process.memoryUsage();
    return jsonResponse({
      allocated: String(heapUsed + external + arrayBuffers),
      heap_size: String(heapTotal),
      pageheap_unmapped: '0',
      pageheap_free: String(Math.max(0, heapTotal - heapUsed)),
      total_thread_cache: '0',
      total_physical_bytes: String(rss),
    });
  },
};
