import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { LabError } from '../../../error.ts';
import { Setting } from './frame.ts';
import { type Http2Options, http2Defaults, type KeepaliveOptions } from './options.ts';

type Http2ProtocolOptions = envoy.config.core.v3.Http2ProtocolOptions;

/** Of an Http2ProtocolOptions, what both sides understand. */
const http2Support = {
  ...fields(
    'hpack_table_size',
    'max_concurrent_streams',
    'allow_connect',
    'initial_stream_window_size',
    'initial_connection_window_size',
    'max_outbound_frames',
    'max_outbound_control_frames',
    'max_consecutive_inbound_frames_with_empty_payload',
    'max_inbound_priority_frames_per_stream',
    'max_inbound_window_update_frames_per_data_frame_sent',
    'override_stream_error_on_invalid_http_message',
    'custom_settings_parameters',
    'connection_keepalive',
  ),
} satisfies SupportTable[string];

/** The messages in it. */
export const http2MessageSupport: SupportTable = {
  'envoy.config.core.v3.Http2ProtocolOptions': http2Support,
  'envoy.config.core.v3.KeepaliveSettings': fields(
    'interval',
    'timeout',
    'interval_jitter',
    'connection_idle_interval',
  ),
  'envoy.config.core.v3.Http2ProtocolOptions.SettingsParameter': fields('identifier', 'value'),
};

/** What of {@link Http2Options} an Http2ProtocolOptions says, with Envoy's defaults. @throws LabError in Envoy's words */
export function readHttp2Options(
  http2: Http2ProtocolOptions = {},
): Omit<Http2Options, 'maxHeadersCount' | 'maxHeadersBytes' | 'headersWithUnderscoresAction' | 'stats'> {
  const defaults = http2Defaults;
  return {
    hpackTableSize: http2.hpack_table_size ?? defaults.hpackTableSize,
    maxConcurrentStreams: http2.max_concurrent_streams ?? defaults.maxConcurrentStreams,
    initialStreamWindowSize: http2.initial_stream_window_size ?? defaults.initialStreamWindowSize,
    initialConnectionWindowSize: http2.initial_connection_window_size ?? defaults.initialConnectionWindowSize,
    maxOutboundFrames: http2.max_outbound_frames ?? defaults.maxOutboundFrames,
    maxOutboundControlFrames: http2.max_outbound_control_frames ?? defaults.maxOutboundControlFrames,
    maxConsecutiveInboundFramesWithEmptyPayload:
      http2.max_consecutive_inbound_frames_with_empty_payload ??
      defaults.maxConsecutiveInboundFramesWithEmptyPayload,
    maxInboundPriorityFramesPerStream:
      http2.max_inbound_priority_frames_per_stream ?? defaults.maxInboundPriorityFramesPerStream,
    maxInboundWindowUpdateFramesPerDataFrameSent:
      http2.max_inbound_window_update_frames_per_data_frame_sent ??
      defaults.maxInboundWindowUpdateFramesPerDataFrameSent,
    streamErrorOnInvalidMessage: http2.override_stream_error_on_invalid_http_message ?? false,
    allowConnect: http2.allow_connect ?? defaults.allowConnect,
    customSettings: readCustomSettings(http2),
    keepalive: http2.connection_keepalive && readKeepalive(http2.connection_keepalive),
  };
}

function readKeepalive(config: envoy.config.core.v3.KeepaliveSettings): KeepaliveOptions {
  return {
    interval: config.interval ?? 0,
    timeout: config.timeout ?? 0,
    jitterPercent: config.interval_jitter?.value ?? 15,
    idleInterval: config.connection_idle_interval ?? 0,
  };
}

/** Identifier and value in turn, each identifier once (Envoy's validateCustomSettingsParameters). */
function readCustomSettings(http2: Http2ProtocolOptions): readonly number[] {
  const values = new Map<number, number>();
  const named = new Map<number, string>([
    ...(http2.hpack_table_size === undefined ? [] : [[Setting.headerTableSize, 'hpack_table_size'] as const]),
    ...(http2.max_concurrent_streams === undefined
      ? []
      : [[Setting.maxConcurrentStreams, 'max_concurrent_streams'] as const]),
    ...(http2.initial_stream_window_size === undefined
      ? []
      : [[Setting.initialWindowSize, 'initial_stream_window_size'] as const]),
  ]);
  const inconsistent: string[] = [];
  const twice: string[] = [];
  for (const parameter of http2.custom_settings_parameters ?? []) {
    const identifier = parameter.identifier ?? 0;
    const value = parameter.value ?? 0;
    const before = values.get(identifier);
    if (before !== undefined && before !== value) {
      inconsistent.push(`0x${identifier.toString(16).padStart(2, '0')}`);
    }
    values.set(identifier, before ?? value);
    if (identifier === Setting.enablePush && value === 1) {
      const what = 'server push is not supported by Envoy and can not be enabled via a SETTINGS parameter.';
      throw new LabError('invalid', what);
    }
    if (identifier === Setting.enableConnectProtocol) {
      const what = 'the "allow_connect" SETTINGS parameter must only be configured through the named field';
      throw new LabError('invalid', what);
    }
    const name = named.get(identifier);
    if (name !== undefined) twice.push(name);
  }
  if (inconsistent.length > 0) {
    throw new LabError(
      'invalid',
      `inconsistent HTTP/2 custom SETTINGS parameter(s) detected; identifiers = {${inconsistent.join(',')}}`,
    );
  }
  if (twice.length > 0) {
    throw new LabError(
      'invalid',
      `the {${twice.join(',')}} HTTP/2 SETTINGS parameter(s) can not be configured through both named and custom parameters`,
    );
  }
  return [...values].flat();
}
