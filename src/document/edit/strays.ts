import { isCollection, type Node as YamlNode } from 'yaml';
import { joinComments } from './node.ts';

interface Line {
  readonly column: number;
  /** Without its `#`; empty for a blank line. */
  readonly comment: string;
}

/**
 * Comment lines that the parser takes for the end of a deep block, as the first of them is one, though they stand further left:
 * they are of what comes next there.
 */
export class Strays {
  readonly #text: string;
  #lines: Line[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** A node's comment without those lines, which are kept for the blocks round it. */
  split(node: YamlNode | null | undefined): string | undefined {
    const comment = node?.comment ?? undefined;
    if (comment === undefined || !isCollection(node) || node.flow || !node.range) return comment;
    const [start, end, after] = node.range;
    const column = this.#columnAt(start);
    const lines = this.#text
      .slice(end, after)
      .split('\n')
      .map((line): Line => {
        const [, indent = '', text = ''] = /^( *)#?(.*)$/.exec(line.trimEnd()) ?? [];
        return { column: indent.length, comment: text };
      });
    // What begins in the middle of a line is no comment of this kind.
    while (lines.length > 0 && lines.at(-1)!.comment === '') lines.pop();
    const first = lines.findIndex((line) => line.comment !== '' && line.column < column);
    if (first < 0 || this.#columnAt(end) !== 0) return comment;
    this.#lines = lines.slice(first);
    return text(lines.slice(0, first));
  }

  /**
   * The lines that are not left of a block: they stand before what comes next in it, or at its end.
   *
   * @param key where the key of a list begins that has no more items: what stands below the key is of the next key
   */
  takeIn(node: YamlNode, key?: number): string | undefined {
    if (this.#lines.length === 0) return undefined;
    const column = this.#columnAt(node.range?.[0] ?? 0);
    return this.take(key === undefined ? column : Math.max(column, this.#columnAt(key) + 1));
  }

  /** The lines that are not left of a column. */
  take(column: number): string | undefined {
    const count = this.#lines.findIndex((line) => line.comment !== '' && line.column < column);
    return text(this.#lines.splice(0, count < 0 ? this.#lines.length : count));
  }

  #columnAt(offset: number): number {
    return offset - (this.#text.lastIndexOf('\n', offset - 1) + 1);
  }
}

function text(lines: readonly Line[]): string | undefined {
  const comments = lines.map(({ comment }) => comment);
  while (comments.at(-1) === '') comments.pop();
  return comments.length === 0 ? undefined : joinComments(comments.join('\n'), undefined);
}
