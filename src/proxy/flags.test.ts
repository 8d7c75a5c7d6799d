import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FlagError, flagSpecs, helpText, parseFlags } from './flags.ts';

const refuses = (args: string[], message: RegExp): void =>
  assert.throws(
    () => parseFlags(args),
    (error) => error instanceof FlagError && message.test(error.message),
  );

describe('parseFlags', () => {
  it("fills in Envoy's defaults", () => {
    const { mode, logLevel, concurrency, fileFlushIntervalMs, drainTimeMs, drainStrategy } = parseFlags([]);
    assert.deepEqual(
      { mode, logLevel, concurrency, fileFlushIntervalMs, drainTimeMs, drainStrategy },
      {
        mode: 'serve',
        logLevel: 'info',
        concurrency: 1,
        fileFlushIntervalMs: 10_000,
        drainTimeMs: 600_000,
        drainStrategy: 'gradual',
      },
    );
  });

  it('reads values after their flag, short names too', () => {
    const flags = parseFlags(['-c', 'x.yaml', '-l', 'warn', '--drain-time-s', '3', '--service-node', 'n']);
    assert.equal(flags.configPath, 'x.yaml');
    assert.equal(flags.logLevel, 'warning');
    assert.equal(flags.drainTimeMs, 3000);
    assert.equal(flags.serviceNode, 'n');
    assert.equal(flags.given.get('service-node'), 'n');
  });

  it('reads levels of single components', () => {
    const { componentLogLevels } = parseFlags(['--component-log-level', 'upstream:debug,config:trace']);
    assert.deepEqual(componentLogLevels, [
      ['upstream', 'debug'],
      ['config', 'trace'],
    ]);
  });

  it('stops at --', () => {
    assert.equal(parseFlags(['-c', 'a', '--', '--nosuch']).configPath, 'a');
  });

  it("refuses what makes no sense, in Envoy's words", () => {
    refuses(['--nosuch'], /PARSE ERROR: Argument: --nosuch\n +Couldn't find match for argument/);
    refuses(['word'], /Argument: word\n +Couldn't find match/);
    refuses(['--concurrency=1'], /--concurrency=1\n +Couldn't find match/);
    refuses(['--concurrency'], /\(--concurrency\)\n +Missing a value for this argument!/);
    refuses(['--concurrency', 'x'], /\(--concurrency\)\n +Couldn't read argument value from string 'x'/);
    refuses(['--base-id', '-1'], /Couldn't read argument value/);
    refuses(['-c', 'a', '--config-path', 'b'], /-c \(--config-path\)\n +Argument already set!/);
    refuses(['--mode', 'x'], /error: unknown mode 'x'/);
    refuses(['-l', 'loud'], /error: invalid log level specified 'loud'/);
    refuses(['--component-log-level', 'http'], /error: component log level not correctly specified 'http'/);
    refuses(['--drain-strategy', 'x'], /unknown drain-strategy 'x'/);
    refuses(['--local-address-ip-version', 'v5'], /unknown IP address version 'v5'/);
  });

  it('lists every flag in its help, none twice', () => {
    const help = helpText('p');
    for (const { name } of flagSpecs) assert.match(help, new RegExp(`--${name}\\b`));
    assert.equal(new Set(flagSpecs.map(({ name }) => name)).size, flagSpecs.length);
  });
});
