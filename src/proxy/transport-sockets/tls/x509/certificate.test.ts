import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as der from '../../../../cert/der.ts';
import { alternativeNames } from './alternative-name.ts';
import { Certificate } from './certificate.ts';
import { integerText, oidText, readDer, readDerList } from './der.ts';
import { nameText } from './name.ts';

const attribute = (oid: string, value: Buffer) => der.set(der.sequence(der.oid(oid), value));
const name = (...attributes: Buffer[]) => Buffer.concat(attributes);

describe('DER', () => {
  it('reads values one after the other and stops at a broken one', () => {
    const two = Buffer.concat([der.utf8('a'), der.octets(Buffer.alloc(300)), Buffer.from([0x30, 5, 1])]);
    assert.deepEqual(
      readDerList(two).map(({ tag, content }) => [tag, content.length]),
      [
        [0x0c, 1],
        [0x04, 300],
      ],
    );
    assert.equal(readDer(Buffer.from([0x30, 0x80, 0])), undefined);
    assert.equal(readDer(Buffer.from([0x30])), undefined);
  });

  it('writes object identifiers and integers as text', () => {
    assert.equal(oidText(readDer(der.oid('1.2.840.113549.1.1.11'))!.content), '1.2.840.113549.1.1.11');
    assert.equal(oidText(readDer(der.oid('2.5.29.17'))!.content), '2.5.29.17');
    assert.equal(integerText(Buffer.from([0xff])), '-1');
    assert.equal(integerText(Buffer.from([0, 0xff])), '255');
    assert.equal(integerText(Buffer.alloc(0)), '0');
  });
});

describe('a name', () => {
  it('is written last part first, with what RFC 2253 escapes', () => {
    const text = nameText(
      name(
        attribute('2.5.4.6', der.utf8('DE')),
        attribute('2.5.4.10', der.utf8('Lab, "Inc."')),
        attribute('2.5.4.3', der.utf8('# ü ')),
      ),
    );
    assert.equal(text, 'CN=\\# \\C3\\BC\\ ,O=Lab\\, \\"Inc.\\",C=DE');
  });

  it('has an unknown attribute by number, its value in hexadecimal', () => {
    assert.equal(nameText(name(attribute('1.2.3', der.utf8('x')))), '1.2.3=#0C0178');
  });
});

describe('alternative names', () => {
  it('are told with their types, in order', () => {
    const extension = der.sequence(
      der.tagged(0x82, Buffer.from('a.example')),
      der.tagged(0x86, Buffer.from('spiffe://a')),
      der.tagged(0x87, Buffer.from([10, 0, 0, 1])),
      der.tagged(0x87, Buffer.from([...Array(15).fill(0), 1])),
      der.context(0, der.oid('1.2.3'), der.context(0, der.utf8('other'))),
      der.tagged(0x88, readDer(der.oid('1.2.3'))!.content),
    );
    assert.deepEqual(
      alternativeNames(extension).map(({ type, value }) => [type, value]),
      [
        ['DNS', 'a.example'],
        ['URI', 'spiffe://a'],
        ['IP_ADDRESS', '10.0.0.1'],
        ['IP_ADDRESS', '::1'],
        ['OTHER_NAME', 'other'],
        ['OTHER', '1.2.3'],
      ],
    );
  });

  it('of another kind are told by what is in them', () => {
    const other = (value: Buffer) =>
      alternativeNames(der.sequence(der.context(0, der.oid('1.2.3'), der.context(0, value))))[0]!.value;
    assert.equal(other(der.boolean(true)), 'true');
    assert.equal(other(der.integer(Uint8Array.of(7))), '7');
    assert.equal(other(der.oid('1.2.3')), '1.2.3');
    assert.equal(other(der.tagged(0x05)), '');
    assert.equal(other(der.tagged(0x1e, Buffer.from([0, 65]))), 'A');
    assert.equal(other(der.tagged(0x1e, Buffer.from([0, 65, 0]))), '');
  });
});

it('a text without certificates has none', () => {
  assert.deepEqual(Certificate.readAll('nothing'), []);
  assert.equal(Certificate.ofPeer(undefined), undefined);
});
