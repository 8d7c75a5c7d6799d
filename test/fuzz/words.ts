import type { Random } from './random.ts';

/** Bytes that stand where bytes of another kind belong. */
export const marks =
  `\r|\n|\r\n|\r\n\r\n| |\t|\0|:|;|,|0|7|f|"|\x0b|\x0c|\x7f|\xff|\x85|\xa0|\x01|\x1b`.split('|');

/** White space, mostly as `usual`. */
export function spacing(random: Random, usual: string): string {
  return random.once(25) ? random.pick(['', '  ', '\t', ' \t ', '\x0b', '\x0c', '\r', '\0', '\xa0']) : usual;
}

/** A field's value. */
export function value(random: Random): string {
  if (random.once(10)) {
    const mark = random.pick(marks);
    return random.pick([`${mark}v`, `v${mark}`, `v${mark}w`]);
  }
  return random.pick([
    'v',
    'a, b',
    'text/plain',
    '',
    ' v ',
    'v\tw',
    '"q,r"',
    '\xe4',
    '1',
    'close',
    'chunked',
    'a;b=c',
  ]);
}

/** A field line as it may not be, or nearly so. */
export function odd(random: Random, name: string): string {
  const mark = random.pick(marks);
  return random.pick([
    `${name} : v`,
    `${name}\t: v`,
    `${name}: v\r\n w`,
    `${name}: v\r\n\tw`,
    `${name}:\r\n v`,
    `${name}: v\n w`,
    `${name}: v \r\n  `,
    `${name}`,
    `: v`,
    ` ${name}: v`,
    `${name}${mark}: v`,
    `${mark}${name}: v`,
    `${name}: v${mark}`,
    `${name}: v\rw: x`,
    `${name}: v\nw: x`,
    `${name}:: v`,
    `${name}: a\r\n${name}: b`,
  ]);
}

/** A chunked body, its trailers included. */
export function chunkedBody(random: Random): string {
  let text = '';
  for (const data of random.some(3, () =>
    random.pick(['abc', 'a', 'abcdefghijklmnop', 'x\r\ny', '0\r\n\r\n']),
  )) {
    const hex = data.length.toString(16);
    const size = random.once(8)
      ? random.pick([
          `0${hex}`,
          `+${hex}`,
          `0x${hex}`,
          ` ${hex}`,
          `${hex} `,
          `${hex}\t`,
          `-${hex}`,
          '',
          `1${hex}`,
          'ffffffffffffffff',
          '10000000000000000',
          'G',
        ])
      : hex.toUpperCase();
    const extension = random.once(8)
      ? random.pick([
          ';a',
          ';a=b',
          '; a="b"',
          ';',
          ' ;a',
          ';a\rb',
          ';a\nb',
          ';\0',
          ';\xff',
          ' x',
          '\x0b',
          ',a',
        ])
      : '';
    const [first, last] = [
      ending(random),
      random.once(20) ? random.pick(['', 'x', 'x\r\n', '\n\n', '\r']) : ending(random),
    ];
    text += `${size}${extension}${first}${data}${last}`;
  }
  if (random.once(15)) return text;
  text += `${random.once(12) ? random.pick(['00', '0;a', '0 ', ' 0', '0x', '']) : '0'}${ending(random)}`;
  if (random.once(5)) {
    const name = random.pick([
      't',
      'Content-Length',
      'transfer-encoding',
      'Host',
      'x_y',
      ':p',
      'trailer',
      'cookie',
    ]);
    text += random.once(4) ? `${odd(random, name)}\r\n` : `${name}: ${value(random)}\r\n`;
  }
  return text + ending(random);
}

function ending(random: Random): string {
  return random.once(25) ? random.pick(['\n', '\r', '\r\r\n', '\n\r\n', '\r\n\r']) : '\r\n';
}
