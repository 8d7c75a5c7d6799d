import type * as z from 'zod';

/**
 * Fields that Kubernetes has and a lab does not: those without effect here are left out with a note, those whose effect
 * would be missed are refused, unless they say what is so anyway.
 */

/** Why, by field, and what may stand there. */
type Noted = Readonly<Record<string, string | readonly [why: string, schema: z.ZodType]>>;
interface Refusal {
  readonly why: string;
  readonly hint?: string;
  /** Values that ask for nothing. */
  readonly harmless?: (value: unknown) => boolean;
}
type Refused = Readonly<Record<string, Refusal>>;

/** What is known of the fields of one kind of map. */
export interface FieldTable {
  readonly noted: Noted;
  readonly refused: Refused;
}

/** A place in an object, with the table that holds there; `*` is any index of a list. */
export type Place = readonly [path: readonly string[], table: FieldTable];

export const isFalse = (value: unknown) => value === false;
export const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

export const SERVER = 'the API server writes it';
export const SCHEDULING = 'there are no cluster nodes to choose from';
export const ROLLOUT = 'a lab changes what differs at once';
export const SECURITY = 'containers run as their runtime has them run';
