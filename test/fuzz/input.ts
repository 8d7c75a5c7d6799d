import { type Variant, variants } from '../../src/proxy/codec/http1/battery/case.ts';

/** What a client sends on one connection. */
export interface RequestInput {
  readonly kind: 'request';
  /** Which of the listeners it is sent to. */
  readonly variant: Variant;
  readonly bytes: Buffer;
}

/** What an upstream answers a client's one request. */
export interface ResponseInput {
  readonly kind: 'response';
  readonly method: (typeof methods)[number];
  /** What the upstream does behind its bytes. */
  readonly behind: 'nothing' | 'fin';
  readonly bytes: Buffer;
}

export type Input = RequestInput | ResponseInput;

export const methods = ['GET', 'HEAD', 'POST'] as const;

/** The same input with other bytes. */
export function withBytes(input: Input, bytes: Buffer): Input {
  return { ...input, bytes };
}

/** What beside its bytes makes an input, as one word; a file's name ends with it. */
export function settingOf(input: Input): string {
  return input.kind === 'request' ? input.variant : `${input.method}-${input.behind}`;
}

/** The input of a file's bytes whose setting is named in the file's name: `NAME.SETTING.http`. */
export function inputOf(file: string, bytes: Buffer): Input {
  const setting = file.split('.').at(-2) ?? '';
  const variant = variants.find((name) => name === setting);
  if (variant !== undefined) return { kind: 'request', variant, bytes };
  const [asked, behind] = setting.split('-');
  const method = methods.find((name) => name === asked);
  if (method !== undefined && (behind === 'nothing' || behind === 'fin')) {
    return { kind: 'response', method, behind, bytes };
  }
  throw new Error(
    `${file}: a name is NAME.SETTING.http; SETTING is one of ${variants.join(', ')} for what a client sends, ` +
      `METHOD-nothing or METHOD-fin (${methods.join(', ')}) for what an upstream answers`,
  );
}
