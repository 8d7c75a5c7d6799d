import { trimAscii } from '../../http/ascii.ts';
import type { HeaderFormat } from '../../http/header-format.ts';
import type { BlockCollector } from './block-collector.ts';

/** What Envoy's `envoy.http.stateful_header_formatters.preserve_case` can be told. */
export interface PreserveCase {
  /** `forward_reason_phrase`: the status line keeps its words, too. */
  readonly forwardReasonPhrase: boolean;
  /** How names are written that the peer did not send (`formatter_type_on_envoy_headers`); lower-case when undefined. */
  readonly others: HeaderFormat | undefined;
}

/** Names as one message had them; of a name that stood there in two forms the first. */
class PreservedCase implements HeaderFormat {
  readonly reasonPhrase: string;
  readonly #received = new Map<string, string>();
  readonly #others: HeaderFormat | undefined;

  constructor(lines: string, reasonPhrase: string, others: HeaderFormat | undefined) {
    this.reasonPhrase = reasonPhrase;
    this.#others = others;
    for (const [, name] of lines.matchAll(/^([^\s:]+):/gm)) {
      const lower = name!.toLowerCase();
      if (!this.#received.has(lower)) this.#received.set(lower, name!);
    }
  }

  write(name: string): string {
    return this.#received.get(name) ?? this.#others?.write(name) ?? name;
  }
}

/** How to write the fields of a head that came; `of` says whether its first line ends with a reason. */
export function readFormat(
  { data, start, linesStart, linesEnd }: BlockCollector,
  { forwardReasonPhrase, others }: PreserveCase,
  of: 'request' | 'response',
): HeaderFormat {
  const lines = data.toString('latin1', linesStart, linesEnd);
  const keepsReason = forwardReasonPhrase && of === 'response';
  return new PreservedCase(
    lines,
    keepsReason ? reasonOf(data.toString('latin1', start, linesStart)) : '',
    others,
  );
}

/** What stands behind the status in a status line. */
function reasonOf(line: string): string {
  const before = /^[^\t-\r ]+[\t-\r ]+[^\t-\r ]+[\t-\r ]+/.exec(line)?.[0];
  return before === undefined ? '' : trimAscii(line.slice(before.length));
}
