import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { fields } from '../../../../bootstrap/support.ts';
import { LabError } from '../../../../error.ts';
import { byteString } from '../../../format/bytes.ts';
import type { FormatContext } from '../../../format/context.ts';
import type { FormatEnvironment } from '../../../format/environment.ts';
import type { HttpFilterExtension } from '../../../http/filter.ts';
import type { HeaderMap } from '../../../http/headers.ts';
import { compileHeaderMutation } from '../../../route/header-mutation.ts';
import { HeaderMutationFilter } from './header-mutation.ts';

type HeaderMutationMessage = envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
type Mutation = envoy.config.common.mutation_rules.v3.HeaderMutation;

/** One change to a message's fields. */
export type HeaderChange = (headers: HeaderMap, context: FormatContext) => void;

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/header_mutation_filter */
export const headerMutationExtension: HttpFilterExtension = {
  name: 'envoy.filters.http.header_mutation',
  type: 'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation',
  supported: {
    'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation': {
      ...fields('mutations'),
      most_specific_header_mutations_wins: { noEffect: 'there are no mutations of routes' },
    },
    'envoy.extensions.filters.http.header_mutation.v3.Mutations': fields(
      'request_mutations',
      'response_mutations',
    ),
    'envoy.config.common.mutation_rules.v3.HeaderMutation': fields('remove', 'append'),
  },
  configure(config, { server }) {
    const { mutations = {} } = config as HeaderMutationMessage;
    const request = compileChanges(mutations.request_mutations, server.environment);
    const response = compileChanges(mutations.response_mutations, server.environment);
    return () => new HeaderMutationFilter(request, response);
  },
};

/** In the order they are written. */
function compileChanges(
  mutations: readonly Mutation[] = [],
  environment: FormatEnvironment,
): readonly HeaderChange[] {
  return mutations.map(({ remove, append }) => {
    if (remove !== undefined) {
      const name = byteString(remove).toLowerCase();
      return (headers) => void headers.remove(name);
    }
    const mutation = append && compileHeaderMutation([append], undefined, environment);
    if (mutation === undefined) throw new LabError('invalid', 'a header mutation needs remove or append');
    return (headers, context) => mutation.apply(headers, context);
  });
}
