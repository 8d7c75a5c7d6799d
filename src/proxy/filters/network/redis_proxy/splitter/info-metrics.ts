/** How a metric of INFO is made of those of all hosts. */
export type Merge = 'first' | 'sum' | 'max' | 'human' | 'keyspace' | 'constant';

export interface Metric {
  readonly section: string;
  readonly name: string;
  readonly merge: Merge;
  /** Of `constant`. */
  readonly text: string;
}

/**
 * The metrics Envoy passes on, in its order, as `name:merge` or `name=constant`. `first`: the first host's text. `human`: that
 * of the metric without `_human`, in units.
 */
const sections: Readonly<Record<string, string>> = {
  Server: `
    redis_version:first redis_git_sha1:first redis_git_dirty:first redis_build_id:first
    redis_mode=cluster os:first arch_bits:first monotonic_clock:first gcc_version:first
    multiplexing_api:first atomicvar_api:first process_supervised:first run_id:first
    server_time_usec:first uptime_in_seconds:max uptime_in_days:max hz:first configured_hz:first
    lru_clock:first executable:first config_file:first io_threads_active:max
  `,
  Clients: `
    connected_clients:sum cluster_connections:sum maxclients:first
    client_recent_max_input_buffer:max client_recent_max_output_buffer:max blocked_clients:sum
    tracking_clients:sum pubsub_clients:sum watching_clients:sum clients_in_timeout_table:sum
    total_watched_keys:sum total_blocking_keys:sum total_blocking_keys_on_nokey:sum
  `,
  Memory: `
    used_memory:sum used_memory_human:human used_memory_rss:sum used_memory_rss_human:human
    used_memory_peak:max used_memory_peak_human:human used_memory_peak_time:first
    used_memory_overhead:sum used_memory_startup:sum used_memory_dataset:sum total_system_memory:sum
    total_system_memory_human:human used_memory_lua:sum used_memory_vm_eval:sum
    used_memory_lua_human:human used_memory_scripts_eval:sum number_of_cached_scripts:sum
    number_of_functions:sum number_of_libraries:sum used_memory_vm_functions:sum
    used_memory_vm_total:sum used_memory_vm_total_human:human used_memory_functions:sum
    used_memory_scripts:sum used_memory_scripts_human:human maxmemory:sum maxmemory_human:human
    maxmemory_policy:first mem_fragmentation_bytes:sum allocator_frag_bytes:sum
    allocator_rss_bytes:sum rss_overhead_bytes:sum allocator_allocated:sum allocator_active:sum
    allocator_resident:sum allocator_muzzy:sum mem_not_counted_for_evict:sum mem_clients_slaves:sum
    mem_clients_normal:sum mem_cluster_links:sum mem_cluster_slot_migration_output_buffer:sum
    mem_cluster_slot_migration_input_buffer:sum mem_cluster_slot_migration_input_buffer_peak:max
    mem_aof_buffer:sum mem_replication_backlog:sum mem_total_replication_buffers:sum
    mem_allocator:first mem_overhead_db_hashtable_rehashing:sum active_defrag_running:max
    lazyfree_pending_objects:sum lazyfreed_objects:sum
  `,
  Stats: `
    total_connections_received:sum total_commands_processed:sum instantaneous_ops_per_sec:sum
    total_net_input_bytes:sum total_net_output_bytes:sum total_net_repl_input_bytes:sum
    total_net_repl_output_bytes:sum instantaneous_input_kbps:sum instantaneous_output_kbps:sum
    instantaneous_input_repl_kbps:sum instantaneous_output_repl_kbps:sum rejected_connections:sum
    sync_full:sum sync_partial_ok:sum sync_partial_err:sum expired_subkeys:sum expired_keys:sum
    expired_stale_perc:max expired_time_cap_reached_count:sum expire_cycle_cpu_milliseconds:sum
    evicted_keys:sum evicted_clients:sum evicted_scripts:sum total_eviction_exceeded_time:sum
    current_eviction_exceeded_time:max keyspace_hits:sum keyspace_misses:sum pubsub_channels:sum
    pubsub_patterns:sum pubsubshard_channels:sum latest_fork_usec:max total_forks:sum
    migrate_cached_sockets:sum slave_expires_tracked_keys:sum active_defrag_hits:sum
    active_defrag_misses:sum active_defrag_key_hits:sum active_defrag_key_misses:sum
    total_active_defrag_time:sum current_active_defrag_time:max tracking_total_keys:sum
    tracking_total_items:sum tracking_total_prefixes:sum unexpected_error_replies:sum
    total_error_replies:sum dump_payload_sanitizations:sum total_reads_processed:sum
    total_writes_processed:sum io_threaded_reads_processed:sum io_threaded_writes_processed:sum
    client_query_buffer_limit_disconnections:sum client_output_buffer_limit_disconnections:sum
    reply_buffer_shrinks:sum reply_buffer_expands:sum eventloop_cycles:sum
    eventloop_duration_sum:sum eventloop_duration_cmd_sum:sum
    instantaneous_eventloop_cycles_per_sec:sum instantaneous_eventloop_duration_usec:max
    acl_access_denied_auth:sum acl_access_denied_cmd:sum acl_access_denied_key:sum
    acl_access_denied_channel:sum
  `,
  CPU: `
    used_cpu_sys:sum used_cpu_user:sum used_cpu_sys_children:sum used_cpu_user_children:sum
    used_cpu_sys_main_thread:sum used_cpu_user_main_thread:sum
  `,
  Cluster: `
    cluster_enabled=1
  `,
  Keyspace: `
    db0:keyspace
  `,
};

export const metrics: readonly Metric[] = Object.entries(sections).flatMap(([section, list]) =>
  list
    .trim()
    .split(/\s+/)
    .map((word) => parse(section, word)),
);

function parse(section: string, word: string): Metric {
  const [name, rest] = word.split(/[:=]/) as [string, string];
  return word.includes('=')
    ? { section, name, merge: 'constant', text: rest }
    : { section, name, merge: rest as Merge, text: '' };
}
