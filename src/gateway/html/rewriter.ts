import { Transform, type TransformCallback } from 'node:stream';
import type { Links } from '../links/links.ts';
import { tagWithLinks } from './links-of-tag.ts';
import { readStartTag } from './start-tag.ts';

/** Elements whose content is text, whatever it looks like. */
const rawText = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes']);
/** A tag or comment longer than this is passed on as it is, in characters. */
const longest = 1 << 20;

/**
 * Changes the links in the tags of an HTML page as it passes, and puts a script before all others. Everything else is passed
 * on byte for byte: text is read as Latin-1, so any encoding that has ASCII in it (all but UTF-16) comes through.
 */
export class HtmlRewriter extends Transform {
  readonly #links: Links;
  #script: string;
  #held = '';
  /** The element whose text we are in. */
  #raw: string | undefined;

  /** @param script the element to put into the page's head; empty: none */
  constructor(links: Links, script: string) {
    super();
    this.#links = links;
    this.#script = script;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#write(chunk.toString('latin1'), false);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#write('', true);
    done();
  }

  #write(chunk: string, last: boolean): void {
    const text = this.#held + chunk;
    let at = 0;
    let out = '';
    while (at < text.length) {
      const [piece, end] = this.#next(text, at, last || text.length - at > longest);
      if (end === at) break;
      out += piece;
      at = end;
    }
    this.#held = text.slice(at);
    if (out !== '') this.push(Buffer.from(out, 'latin1'));
  }

  /**
   * What becomes of the piece at `at`, and where it ends; at `at` itself when more has to come first.
   * @param all nothing more is waited for
   */
  #next(text: string, at: number, all: boolean): [string, number] {
    if (this.#raw !== undefined) return this.#text(text, at, this.#raw, all);
    if (text[at] !== '<') {
      const open = text.indexOf('<', at);
      const end = open === -1 ? text.length : open;
      return [text.slice(at, end), end];
    }
    const unread: [string, number] = all ? [text.slice(at), text.length] : ['', at];
    const next = text[at + 1];
    if (next === undefined) return unread;
    if (/[a-z]/i.test(next)) {
      const tag = readStartTag(text, at);
      if (tag === undefined) return unread;
      if (rawText.has(tag.name)) this.#raw = tag.name;
      const written = tagWithLinks(text, at, tag, this.#links);
      return [this.#withScript(tag.name, written), tag.end];
    }
    if (!/[!/?]/.test(next)) return ['<', at + 1];
    // `<!-` may become a comment, in which `>` ends nothing.
    if (!all && '<!--'.startsWith(text.slice(at))) return unread;
    const close = text.startsWith('<!--', at) ? '-->' : '>';
    const end = text.indexOf(close, at + 2);
    return end === -1 ? unread : [text.slice(at, end + close.length), end + close.length];
  }

  /** Text up to the end tag of its element. */
  #text(text: string, at: number, element: string, all: boolean): [string, number] {
    const found = new RegExp(`</${element}(?=[\\t\\n\\f\\r />])`, 'gi');
    found.lastIndex = at;
    const match = found.exec(text);
    if (match !== null) {
      this.#raw = undefined;
      // Never an empty piece: that means that more has to come.
      if (match.index > at) return [text.slice(at, match.index), match.index];
      return [match[0], at + match[0].length];
    }
    const kept = all ? 0 : element.length + 2;
    const end = Math.max(at, text.length - kept);
    return [text.slice(at, end), end];
  }

  /** The script stands in front of the first element that can be one, or hold one. */
  #withScript(name: string, tag: string): string {
    if (this.#script === '' || name === 'html') return tag;
    const script = this.#script;
    this.#script = '';
    return name === 'head' ? tag + script : script + tag;
  }
}
