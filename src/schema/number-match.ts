import * as z from 'zod';

export interface NumberMatchField {
  readonly op: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly value: number;
}

const COMPARISON = /^(==|!=|<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)$/;

/** `3`, or a comparison such as `">= 3"`. */
export const numberMatch = z.union(
  [
    z.number().transform((value): NumberMatchField => ({ op: '==', value })),
    z
      .string()
      .regex(COMPARISON, 'must be a number, or a comparison such as ">= 3"')
      .transform((text): NumberMatchField => {
        const [, op, value] = COMPARISON.exec(text)!;
        return { op: op as NumberMatchField['op'], value: Number(value) };
      }),
  ],
  { error: 'must be a number, or a comparison such as ">= 3"' },
);
