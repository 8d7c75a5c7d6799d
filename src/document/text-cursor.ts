/** A place in a text, and the moves that reading YAML by lines needs. */
export class TextCursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  isDash(): boolean {
    if (this.text[this.at] !== '-') return false;
    const next = this.text[this.at + 1];
    return next === ' ' || next === '\n' || next === undefined;
  }

  isColon(): boolean {
    if (this.text[this.at] !== ':') return false;
    const next = this.text[this.at + 1];
    return next === ' ' || next === '\n' || next === undefined;
  }

  lineEnd(): number {
    const end = this.text.indexOf('\n', this.at);
    return end < 0 ? this.text.length : end;
  }

  column(): number {
    return this.at - this.text.lastIndexOf('\n', this.at - 1) - 1;
  }

  /** How many spaces begin here. */
  spacesHere(): number {
    let i = this.at;
    while (this.text[i] === ' ') i++;
    return i - this.at;
  }

  skipSpaces(): number {
    const spaces = this.spacesHere();
    this.at += spaces;
    return spaces;
  }

  /** Whether the line ends here, but for a comment, which needs a space before it. */
  atLineEnd(spaced: boolean): boolean {
    const char = this.text[this.at];
    return char === undefined || char === '\n' || (char === '#' && spaced);
  }

  /** From the end of a line's content to the next line's. */
  skipBlankLines(): void {
    for (;;) {
      this.skipSpaces();
      const char = this.text[this.at];
      if (char === '#') this.at = this.lineEnd();
      else if (char === '\n') this.at++;
      else return;
    }
  }
}
