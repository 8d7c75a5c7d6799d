import type { envoy } from '../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../bootstrap/support.ts';
import { LabError } from '../../error.ts';
import { compileStringMatcher } from '../route/match/string.ts';
import type { StoreOptions } from './store.ts';
import { defaultExtractors, type Tag, type TagExtractor, TagProducer } from './tags.ts';

type StatsConfig = envoy.config.metrics.v3.StatsConfig;

export const statsConfigSupport: SupportTable = {
  'envoy.config.metrics.v3.StatsConfig': fields(
    'stats_tags',
    'use_all_default_tags',
    'histogram_bucket_settings',
  ),
  'envoy.config.metrics.v3.TagSpecifier': fields('tag_name', 'regex', 'fixed_value'),
  'envoy.config.metrics.v3.HistogramBucketSettings': fields('match', 'buckets'),
};

/**
 * What `stats_config` of a bootstrap asks of the store.
 *
 * @throws LabError `invalid` for a tag without a rule, or whose regular expression is none
 */
export function storeOptions(config: StatsConfig | undefined): StoreOptions {
  const settings = (config?.histogram_bucket_settings ?? []).map(({ match, buckets = [] }) => ({
    matches: compileStringMatcher(match),
    bounds: [...buckets].sort((a, b) => a - b),
  }));
  return {
    tags: tagProducer(config),
    buckets: (name) => settings.find(({ matches }) => matches(name))?.bounds,
  };
}

function tagProducer(config: StatsConfig | undefined): TagProducer {
  const extractors: TagExtractor[] = (config?.use_all_default_tags ?? true) ? [...defaultExtractors] : [];
  const fixed: Tag[] = [];
  for (const { tag_name: tag = '', regex, fixed_value } of config?.stats_tags ?? []) {
    if (fixed_value !== undefined) fixed.push({ name: tag, value: fixed_value });
    else if (regex) extractors.push({ tag, pattern: compile(tag, regex) });
    else extractors.push(...defaultsOf(tag));
  }
  return new TagProducer(extractors, fixed);
}

function compile(tag: string, regex: string): RegExp {
  try {
    return new RegExp(regex, 'd');
  } catch (cause) {
    throw new LabError('invalid', `stats_config: the regex of tag '${tag}' is invalid: ${regex}`, { cause });
  }
}

function defaultsOf(tag: string): TagExtractor[] {
  const found = defaultExtractors.filter((extractor) => extractor.tag === tag);
  if (found.length > 0) return found;
  throw new LabError(
    'invalid',
    `No regex specified for tag specifier and no default regex for name: '${tag}'`,
  );
}
