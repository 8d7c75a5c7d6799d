/** An attribute of a tag and where its value stands in the text, quotes excluded. */
export interface Attribute {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** A start tag. */
export interface StartTag {
  /** In lower case. */
  readonly name: string;
  /** Those with a value. */
  readonly attributes: readonly Attribute[];
  /** Behind its `>`. */
  readonly end: number;
}

const space = /[\t\n\f\r ]/;

/**
 * Reads a start tag as browsers do (HTML, 13.2.5 Tokenization), so that nothing else is taken for one.
 *
 * @param from where its `<` stands, with a letter behind it
 * @returns undefined when the text ends before the tag
 */
export function readStartTag(text: string, from: number): StartTag | undefined {
  let at = from + 1;
  const run = (stop: RegExp) => {
    const start = at;
    while (at < text.length && !stop.test(text[at]!)) at++;
    return text.slice(start, at);
  };
  const name = run(/[\t\n\f\r />]/).toLowerCase();
  const attributes: Attribute[] = [];
  for (;;) {
    while (at < text.length && (space.test(text[at]!) || text[at] === '/')) at++;
    if (at >= text.length) return undefined;
    if (text[at] === '>') return { name, attributes, end: at + 1 };
    // An equals sign may begin a name.
    const first = text[at++]!;
    const attribute = (first + run(/[\t\n\f\r />=]/)).toLowerCase();
    while (at < text.length && space.test(text[at]!)) at++;
    if (text[at] !== '=') continue;
    at++;
    while (at < text.length && space.test(text[at]!)) at++;
    const quote = text[at] === '"' || text[at] === "'" ? text[at++]! : undefined;
    const start = at;
    if (quote === undefined) run(/[\t\n\f\r >]/);
    else {
      const end = text.indexOf(quote, at);
      at = end === -1 ? text.length : end;
    }
    if (at >= text.length) return undefined;
    attributes.push({ name: attribute, value: text.slice(start, at), start, end: at });
    if (quote !== undefined) at++;
  }
}
