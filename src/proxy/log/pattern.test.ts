import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LoggerSet, parseLogLevel } from './logger.ts';
import { defaultLogPattern, formatLogLine } from './pattern.ts';

const record = { level: 'info', name: 'main', message: 'a\nb' } as const;
const time = new Date(Date.UTC(2026, 10, 22, 3, 4, 5, 67));

describe('formatLogLine', () => {
  it("writes Envoy's line", () => {
    const line = formatLogLine(defaultLogPattern, record, time, 42);
    assert.equal(line, '[2026-11-22 03:04:05.067][42][info][main] a\nb');
  });

  it('knows the flags', () => {
    const pattern = '%C %D %H:%M:%S %f %E %z %L %P %_ %% %q';
    assert.equal(
      formatLogLine(pattern, record, time, 42),
      `26 11/22/26 03:04:05 067000 ${Math.floor(time.getTime() / 1000)} +00:00 I 42 a\\nb % %q`,
    );
  });

  it('leaves out the source position there is none of', () => {
    assert.equal(formatLogLine('[%n] [%g:%#] %v', record, time, 1), '[main] a\nb');
  });
});

describe('LoggerSet', () => {
  it('writes what is as important as the level of its logger', () => {
    const lines: string[] = [];
    const loggers = new LoggerSet('warning', (line) => lines.push(line), '%l %n %v', 1);
    loggers.get('main').info('no');
    loggers.get('main').warn('yes');
    loggers.get('http').setLevel('debug');
    loggers.get('http').debug('too');
    loggers.setLevel('off');
    loggers.get('http').critical('never');
    assert.deepEqual(lines, ['warning main yes\n', 'debug http too\n']);
    assert.equal(loggers.find('nosuch'), undefined);
  });

  it('takes warn for warning', () => {
    assert.equal(parseLogLevel('warn'), 'warning');
    assert.equal(parseLogLevel('loud'), undefined);
  });
});
