/** How the names of a message's fields are written in HTTP/1, where they are not to be lower-case. */
export interface HeaderFormat {
  /** `name` is lower-case. */
  write(name: string): string;
  /** The words of the status line to write instead of the status's own; empty for those. */
  readonly reasonPhrase: string;
}
