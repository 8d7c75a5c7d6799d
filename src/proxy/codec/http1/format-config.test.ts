import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFormatOptions } from './format-config.ts';

const preserveCase = (more: object) => ({
  header_key_format: {
    stateful_formatter: {
      name: 'x',
      typed_config: {
        '@type':
          'type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig',
        ...more,
      },
    },
  },
});

describe('readFormatOptions', () => {
  it('asks for nothing where nothing is said', () => {
    assert.deepEqual(readFormatOptions(undefined), {});
    assert.deepEqual(readFormatOptions({ use_balsa_parser: true, header_key_format: {} }), {});
  });

  it('writes words in proper case', () => {
    const { format } = readFormatOptions({ header_key_format: { proper_case_words: {} } });
    const names = ['x-b3-traceid', 'etag', 'x_a', 'x--1st', 'a!b~c'];
    const written = ['X-B3-Traceid', 'Etag', 'X_A', 'X--1st', 'A!B~C'];
    assert.deepEqual(
      names.map((name) => format?.write(name)),
      written,
    );
    assert.equal(format?.write('etag'), 'Etag', 'asked for again');
  });

  it('reads what preserve_case is told', () => {
    assert.deepEqual(readFormatOptions(preserveCase({})), {
      preserveCase: { forwardReasonPhrase: false, others: undefined },
    });
    const told = readFormatOptions(
      preserveCase({ forward_reason_phrase: true, formatter_type_on_envoy_headers: 'PROPER_CASE' }),
    );
    assert.equal(told.preserveCase?.forwardReasonPhrase, true);
    assert.equal(told.preserveCase?.others?.write('x-a'), 'X-A');
  });

  it('refuses a formatter nobody knows', () => {
    const stateful_formatter = { name: 'mine', typed_config: { '@type': 'type.googleapis.com/a.B' } };
    assert.throws(
      () => readFormatOptions({ header_key_format: { stateful_formatter } }),
      /Didn't find a registered implementation for 'mine' with type URL: 'a.B'/,
    );
  });

  it('refuses the parser before Balsa', () => {
    assert.throws(() => readFormatOptions({ use_balsa_parser: false }), /use_balsa_parser: false asks for/);
  });
});
