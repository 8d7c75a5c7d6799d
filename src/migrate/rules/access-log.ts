import { newList, newMap } from '../../document/edit/node.ts';
import { newText } from '../../document/edit/read.ts';
import type { Rule } from '../rule.ts';
import { typedConfig } from '../typed.ts';

/** `access_log_path` of admin became a list of access logs. */
const admin: Rule = {
  of: 'envoy.config.bootstrap.v3.Admin',
  apply(admin) {
    const path = admin.get('access_log_path');
    if (path === undefined || admin.has('access_log')) return;
    const config = typedConfig('envoy.extensions.access_loggers.file.v3.FileAccessLog', newMap({ path }));
    const log = newMap({ name: newText('envoy.access_loggers.file'), typed_config: config });
    admin.replace('access_log_path', 'access_log', newList([log]));
  },
};

/**
 * Formats became one message. `json_format` stays: it wrote numbers as text, which the new one does not.
 */
const format: Rule = {
  of: 'envoy.extensions.access_loggers.file.v3.FileAccessLog',
  apply(log) {
    const text = log.get('format');
    const json = log.get('typed_json_format');
    if (text !== undefined)
      log.replace('format', 'log_format', newMap({ text_format_source: newMap({ inline_string: text }) }));
    else if (json !== undefined)
      log.replace('typed_json_format', 'log_format', newMap({ json_format: json }));
  },
};

export const accessLogRules: readonly Rule[] = [admin, format];
