import { holdsForbidden } from './characters.ts';
import { codecError, invalidCharacters } from './errors.ts';
import { isVersion } from './request-line.ts';

const SPACE = 32;
const PLUS = 43;
const TAB = 9;
const CR = 13;

/** A status line taken apart. One object a connection. */
export class StatusLine {
  status = 0;
  http11 = false;
  #length = 0;

  /**
   * Reads `data[start, end)`, which ends with LF: a version, a status, and any words. A status may have a plus
   * sign and zeros in front, and any number of digits, of which 16 bits are kept, as Envoy has it.
   * @throws ProtocolError
   */
  parse(data: Buffer, start: number, end: number): void {
    let stop = end;
    while (stop > start && data[stop - 1]! <= SPACE) stop--;
    let at = start;
    while (at < stop && data[at]! > SPACE) at++;
    if (!isVersion(data, start, at)) throw codecError('HPE_INVALID_VERSION');
    this.http11 = data[at - 3] === 49 && data[at - 1] === 49;
    while (at < stop && data[at]! <= SPACE) at++;
    if (data[at] === PLUS) at++;
    const statusStart = at;
    let status = 0;
    for (; at < stop && data[at]! > SPACE; at++) {
      const digit = data[at]! - 48;
      if (digit < 0 || digit > 9) throw codecError('INVALID_STATUS_CODE');
      status = (status * 10 + digit) & 0xffff;
    }
    const statusEnd = at;
    // Of what parts words only white space may stand beside a number, at the line's end too.
    for (; at < end && data[at]! <= SPACE; at++) {
      const byte = data[at]!;
      if (byte !== SPACE && (byte < TAB || byte > CR))
        throw codecError('FAILED_CONVERTING_STATUS_CODE_TO_INT');
    }
    if (statusEnd === statusStart) throw codecError('INVALID_STATUS_CODE');
    this.status = status;
    this.#length = end - start;
  }

  /** Looks for bytes no head may hold; done once all of the head is there. @throws ProtocolError */
  checkCharacters(data: Buffer, start: number): void {
    if (holdsForbidden(data, start, start + this.#length)) throw invalidCharacters();
  }
}
