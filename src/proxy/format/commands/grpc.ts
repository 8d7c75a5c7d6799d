import { grpcStatusOf, hasGrpcContentType } from '../../http/grpc.ts';
import type { Command } from '../command.ts';
import type { FormatContext, Provider } from '../context.ts';
import { formatError } from '../error.ts';

/** Names of gRPC status codes by number, as in google/rpc/code.proto; `CANCELED` in Envoy's own enum. */
const snake = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
/** The names of envoy.config.accesslog.v3.GrpcStatusFilter.Status, by number. */
export const grpcStatusNames: readonly string[] = snake.map((name) =>
  name === 'CANCELLED' ? 'CANCELED' : name,
);
const camel = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

/** What Envoy says of a status that is no number. */
const invalidCode = -1;

/** Of a gRPC request (content-type application/grpc): its status from trailers, headers, else the HTTP code. */
export function grpcStatus({ info, request, response, trailers }: FormatContext): number | undefined {
  if (!hasGrpcContentType(request)) return undefined;
  const text = trailers?.get('grpc-status') ?? response?.get('grpc-status');
  if (text) return /^\d+$/.test(text) ? Number(text) : invalidCode;
  return info.responseCode === undefined ? undefined : grpcStatusOf(info.responseCode);
}

function named(names: readonly string[]): Provider {
  return (context) => {
    const code = grpcStatus(context);
    return code === undefined ? undefined : (names[code] ?? String(code));
  };
}

export const grpcCommands: readonly Command[] = [
  {
    name: 'GRPC_STATUS',
    parameter: 'optional',
    compile(parameter) {
      if (parameter === '' || parameter === 'CAMEL_STRING') return named(camel);
      if (parameter === 'SNAKE_STRING') return named(snake);
      if (parameter === 'NUMBER') return grpcStatus;
      throw formatError(
        `GrpcStatusFormatter only supports CAMEL_STRING, SNAKE_STRING or NUMBER. Got: ${parameter}`,
      );
    },
  },
  { name: 'GRPC_STATUS_NUMBER', compile: () => grpcStatus },
];
