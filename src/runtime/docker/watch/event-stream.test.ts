import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type Docker from 'dockerode';
import { openEvents } from './event-stream.ts';

it('loses nothing that an engine tells before somebody listens', async () => {
  const stream = new PassThrough();
  const docker = { getEvents: async () => stream } as unknown as Docker;
  const over = new AbortController();
  const events = await openEvents({ docker }, 0, over.signal);
  const tell = (ID: string) => {
    stream.write(`${JSON.stringify({ Type: 'container', Action: 'create', Actor: { ID }, time: 1 })}\n`);
  };
  tell('early');
  for (let turns = 0; turns < 10; turns++) await turn();
  const told: string[] = [];
  for await (const { id } of events) {
    told.push(id);
    if (id === 'early') tell('late');
    else over.abort();
  }
  assert.deepEqual(told, ['early', 'late']);
});

it('asks again for what came since when the engine ends the stream', async () => {
  const asked: number[] = [];
  const over = new AbortController();
  const getEvents = async ({ since }: { since: number }) => {
    asked.push(since);
    const stream = new PassThrough();
    const Actor = { ID: `${asked.length}` };
    stream.end(`${JSON.stringify({ Type: 'container', Action: 'die', Actor, timeNano: 7_000_000 })}\n`);
    return stream;
  };
  const events = await openEvents({ docker: { getEvents } as unknown as Docker }, 5, over.signal);
  const told: string[] = [];
  for await (const { id } of events) {
    told.push(id);
    if (told.length === 2) over.abort();
  }
  assert.deepEqual(told, ['1', '2']);
  assert.deepEqual(asked, [0.005, 0.008]);
});

it('fails when the engine is not there any more', async () => {
  let asked = 0;
  const getEvents = async () => {
    if (++asked === 2) throw new Error('no engine');
    return new PassThrough().end();
  };
  const docker = { getEvents } as unknown as Docker;
  const events = await openEvents({ docker }, 5, new AbortController().signal);
  await assert.rejects(async () => {
    for await (const _ of events);
  }, /no engine/);
});
