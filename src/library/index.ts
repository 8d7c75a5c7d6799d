/**
 * Labs from TypeScript: docs/library.md shows how.
 *
 * @packageDocumentation
 */
export type { CheckResult, Failure as CheckFailure, StepResult } from '../check/result.ts';
export { DocumentError, type Position, type Problem } from '../document/problem.ts';
export { type ErrorCode, LabError } from '../error.ts';
export type { LabEvent } from '../lab/event.ts';
export type { StatValue } from '../lab/stats.ts';
export type { ContainerState, LogLine, RuntimeEvent } from '../runtime/runtime.ts';
export type { CurlAnswer, CurlTransfer } from './curl-answer.ts';
export type { Lab, Nodes } from './lab.ts';
export type { LabContainer, LabState, NodeState, PublishedPort } from './lab-state.ts';
export { type LabSummary, labs, open } from './open.ts';
export type * from './options.ts';
export { up } from './up.ts';
