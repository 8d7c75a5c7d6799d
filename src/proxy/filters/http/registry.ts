import type { HttpFilterExtension } from '../../http/filter.ts';
import { headerMutationExtension } from './header_mutation/extension.ts';
import { routerExtension } from './router/extension.ts';

/** All HTTP filters. */
export const httpFilters: readonly HttpFilterExtension[] = [headerMutationExtension, routerExtension];
