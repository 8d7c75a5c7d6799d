import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import dnsPacket from 'dns-packet';
import { decodeQuery, encodeAnswer, Rcode } from './packet.ts';

const query = (name: string, type: 'A' | 'AAAA' = 'A', edns = 0) =>
  dnsPacket.encode({
    type: 'query',
    id: 4711,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name, type }],
    additionals:
      edns === 0 ? [] : [{ type: 'OPT', name: '.', udpPayloadSize: edns, flags: 0, options: [] } as never],
  });

const answer = { rcode: Rcode.noError, answers: [], ttl: 0, authoritative: true, limit: 512 };

describe('decodeQuery', () => {
  it('reads the question, names in lower case', () => {
    assert.deepEqual(decodeQuery(query('Service1.Example')), {
      id: 4711,
      question: { name: 'service1.example', type: 'A' },
      udpSize: 512,
    });
  });

  it('takes the size that EDNS offers, within bounds', () => {
    assert.equal(decodeQuery(query('a', 'A', 1232))!.udpSize, 1232);
    assert.equal(decodeQuery(query('a', 'A', 65_000))!.udpSize, 4096);
    assert.equal(decodeQuery(query('a', 'A', 100))!.udpSize, 512);
  });

  it('knows what is not a query', () => {
    assert.equal(decodeQuery(Buffer.from('not DNS at all')), undefined);
    assert.equal(decodeQuery(Buffer.alloc(0)), undefined);
    assert.equal(decodeQuery(dnsPacket.encode({ type: 'response', id: 1 })), undefined);
  });

  it('reads a query without a question', () => {
    assert.equal(decodeQuery(dnsPacket.encode({ type: 'query', id: 1 }))!.question, undefined);
  });
});

describe('encodeAnswer', () => {
  it('repeats id, question and its letters, and says whose answer it is', () => {
    const packet = dnsPacket.decode(
      encodeAnswer(query('Web'), { ...answer, answers: [{ type: 'A', data: '10.1.0.2' }] }),
    );
    assert.equal(packet.id, 4711);
    assert.equal(packet.type, 'response');
    assert.equal((packet.flags ?? 0) & 15, Rcode.noError);
    assert.ok(packet.flag_aa && packet.flag_ra && packet.flag_rd);
    assert.equal(packet.questions![0]!.name, 'Web');
    assert.deepEqual(
      packet.answers!.map((record) => [
        record.type,
        record.name,
        'ttl' in record && record.ttl,
        'data' in record && record.data,
      ]),
      [['A', 'Web', 0, '10.1.0.2']],
    );
    assert.deepEqual(packet.additionals, []);
  });

  it('says that a name does not exist', () => {
    const packet = dnsPacket.decode(encodeAnswer(query('x'), { ...answer, rcode: Rcode.nxDomain }));
    assert.equal((packet.flags ?? 0) & 15, Rcode.nxDomain);
  });

  it('answers EDNS with EDNS', () => {
    const packet = dnsPacket.decode(encodeAnswer(query('x', 'A', 1232), answer));
    assert.equal(packet.additionals![0]!.type, 'OPT');
  });

  it('leaves out records that do not fit, and says so', () => {
    const answers = Array.from({ length: 60 }, (_, i) => ({ type: 'A' as const, data: `10.1.0.${i}` }));
    const short = encodeAnswer(query('many'), { ...answer, answers });
    assert.ok(short.length <= 512);
    assert.ok(dnsPacket.decode(short).flag_tc);
    const whole = dnsPacket.decode(encodeAnswer(query('many'), { ...answer, answers, limit: 0xffff }));
    assert.equal(whole.answers!.length, 60);
    assert.ok(!whole.flag_tc);
  });
});
