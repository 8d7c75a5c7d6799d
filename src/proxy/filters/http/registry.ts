import type { HttpFilterExtension } from '../../http/filter.ts';
import { routerExtension } from './router/extension.ts';

/** All HTTP filters. */
export const httpFilters: readonly HttpFilterExtension[] = [routerExtension];
