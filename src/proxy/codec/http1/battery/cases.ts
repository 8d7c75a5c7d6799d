import { bodyCases } from './body-cases.ts';
import type { Case } from './case.ts';
import { fieldCases } from './field-cases.ts';
import { requestLineCases } from './request-line-cases.ts';

/** Every case of the battery; names are unique. */
export const cases: readonly Case[] = [...requestLineCases, ...fieldCases, ...bodyCases];
