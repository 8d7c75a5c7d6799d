import { type Document, readDocument } from '../../document/document.ts';

/**
 * Reads a manifest file: YAML documents between lines of `---`, or JSON (which YAML includes), as kubectl does. Empty
 * documents are left out. Every document knows its place in the whole file.
 *
 * @throws DocumentError with the syntax errors of the first document that has any
 */
export function readDocuments(text: string, file: string): Document[] {
  const whole = text.replace(/^\ufeff/, ' ').replaceAll('\r\n', '\n');
  return split(whole)
    .map((part) => readDocument(part, file, 'kubernetes'))
    .filter(({ value }) => value !== null);
}

/**
 * The documents, each with as many empty lines before it as it has lines before it in the file. A line that starts with
 * `---` or `...` ends a document wherever it stands, also within a block of text (YAML 1.2, 9.1.2).
 */
function split(text: string): string[] {
  const parts: string[] = [];
  let lines: string[] = [];
  const lineBreaks = (count: number): string[] => Array.from({ length: count }, () => '');
  for (const [index, line] of text.split('\n').entries()) {
    if (/^---(?=\s|$)/.test(line)) {
      parts.push(lines.join('\n'));
      lines = [...lineBreaks(index), `   ${line.slice(3)}`];
    } else if (/^\.\.\.(?=\s|$)/.test(line)) {
      parts.push(lines.join('\n'));
      lines = lineBreaks(index + 1);
    } else if (/^%/.test(line) && lines.every((before) => /^\s*(#.*)?$/.test(before))) lines.push('');
    else lines.push(line);
  }
  parts.push(lines.join('\n'));
  return parts.filter((part) => /^[ \t]*[^\s#]/m.test(part));
}
