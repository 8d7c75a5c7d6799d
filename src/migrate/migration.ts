import type { EditMap, EditNode } from '../document/edit/node.ts';

/** Something to tell of a place in the text: `at` is an offset. */
export interface Remark {
  readonly severity: 'error' | 'warning';
  readonly at: number;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The state of one migration: where we are, and what there is to tell. */
export class Migration {
  readonly path: (string | number)[] = [];
  readonly remarks: Remark[] = [];
  /** The messages we are in, outermost first, with their types. */
  readonly within: { readonly type: string; readonly map: EditMap }[] = [];
  /** Where the last node with a place began: what is made new stands there. */
  #offset = 0;
  /** Whether what is read now is of the v2 API for sure: it stands in a `config`, or below a v2 `@type`. */
  inV2 = false;
  /** Whether anything was of the v2 API. */
  foundV2 = false;

  /** Tells of what has no v3 form; it stays as it is. */
  lose(message: string, node: EditNode | undefined, step?: string, hint?: string): void {
    this.#remark('error', message, node, step, hint);
  }

  /** Tells of what was changed in a way that has to be known. */
  note(message: string, node: EditNode | undefined, step?: string, hint?: string): void {
    this.#remark('warning', message, node, step, hint);
  }

  /** Goes down one step. */
  below(step: string | number, node: EditNode, go: () => void): void {
    const { length } = this.path;
    const offset = this.#offset;
    this.path.push(step);
    this.#offset = node.offset ?? offset;
    go();
    this.path.length = length;
    this.#offset = offset;
  }

  /** Reads what is of the v2 API for sure, or is not. */
  as(v2: boolean, go: () => void): void {
    const before = this.inV2;
    this.inV2 = v2;
    if (v2) this.foundV2 = true;
    go();
    this.inV2 = before;
  }

  /** The innermost message of a type that we are in. */
  enclosing(type: string): EditMap | undefined {
    return this.within.findLast((message) => message.type === type)?.map;
  }

  #remark(
    severity: Remark['severity'],
    message: string,
    node: EditNode | undefined,
    step: string | undefined,
    hint: string | undefined,
  ): void {
    const path = step === undefined ? [...this.path] : [...this.path, step];
    this.remarks.push({ severity, at: node?.offset ?? this.#offset, path, message, hint });
  }
}
