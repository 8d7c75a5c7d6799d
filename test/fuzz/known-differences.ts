import type { Input } from './input.ts';
import type { Observation } from './rig.ts';

/** Where we differ from Envoy and mean to. */
export interface KnownDifference {
  readonly name: string;
  readonly reason: string;
  readonly kind: Input['kind'];
  /** Our observation with this difference taken away; undefined where it is not this one. */
  forgive(envoy: Observation, ts: Observation, input: Input): Observation | undefined;
}

/** Of a head whose first line, or a name, is wrong. */
const ofFirstLine = '400 DPE http1.codec_error';
const ofBytes = '400 DPE http1.invalid_characters';
const tooLarge = '431 DPE http1.headers_too_large';
/** Bytes of a head that Envoy takes. */
const largest = 60 * 1024;

/** The whole list; it is to stay short. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'which mistake of a head takes the blame',
    reason:
      'Of a bad first line and a forbidden byte Envoy names the latter when one read brought the whole head, and the ' +
      'former when not; we name the same in any split. The client gets the same bytes.',
    kind: 'request',
    forgive(envoy, ts) {
      const blamed = [envoy.log.at(-1), ts.log.at(-1)];
      const one = blamed.includes(ofFirstLine) && blamed.includes(ofBytes);
      return one ? { ...ts, log: [...ts.log.slice(0, -1), blamed[0]!] } : undefined;
    },
  },
  {
    name: 'a bad first line of a head that is too large',
    reason:
      'Envoy says 431 when the read that ended the first line also filled the limit, else 400; we say 400 in any split.',
    kind: 'request',
    forgive(envoy, ts, { bytes }) {
      const last = ts.log.at(-1);
      if (bytes.length < largest || envoy.log.at(-1) !== tooLarge) return undefined;
      if (last !== ofFirstLine && last !== ofBytes) return undefined;
      return { ...ts, log: [...ts.log.slice(0, -1), tooLarge], client: envoy.client };
    },
  },
  {
    name: 'a quote or an 8-bit byte in a name, behind another mistake',
    reason:
      'Envoy refuses such a name when it comes to it, so that an underscore or one field too many in front of it takes ' +
      'the blame; we refuse any name that is none before those. The request is refused either way.',
    kind: 'request',
    forgive(envoy, ts, { bytes }) {
      const blamed = envoy.log.at(-1) ?? '';
      if (!/http1\.(unexpected_underscore|too_many_headers)$/.test(blamed)) return undefined;
      if (ts.log.at(-1) !== ofFirstLine) return undefined;
      if (!/^[^:\r\n]*["\x80-\xff]/m.test(bytes.toString('latin1'))) return undefined;
      return { ...ts, log: [...ts.log.slice(0, -1), blamed], client: envoy.client };
    },
  },
  {
    name: 'body in front of a mistake',
    reason:
      'Envoy drops body bytes that one read brought together with a mistake behind them; we pass on all in front ' +
      'of the mistake, in any split.',
    kind: 'response',
    forgive(envoy, ts) {
      const broken = envoy.log.at(-1)?.endsWith('after_response_started{protocol_error}');
      const more = '(more)';
      if (!broken || !ts.client.endsWith(more)) return undefined;
      const expected = envoy.client.replace(/\(more\)$/, '');
      return ts.client.startsWith(expected) ? { ...ts, client: envoy.client } : undefined;
    },
  },
  {
    name: 'a status that is 1xx in its last 16 bits',
    reason:
      "To Envoy's parser 65730 is a final status, to its codec 194: it passes on the body without a head, which is no " +
      'HTTP. To us it is 194 throughout.',
    kind: 'response',
    forgive(envoy, _ts, { bytes }) {
      const statuses = bytes.toString('latin1').matchAll(/HTTP\/\d\.\d[\0- ]+\+?(\d+)/g);
      const odd = [...statuses].some(([, text]) => {
        const status = BigInt(text!);
        return status > 0xffffn && (status & 0xffffn) >= 100n && (status & 0xffffn) < 200n;
      });
      return odd ? envoy : undefined;
    },
  },
];
