/** Privilege actions as Atlas names them whose name in mongod does not follow from it. */
const NAMES: Readonly<Record<string, string>> = {
  USE_UUID: 'useUUID',
  KILL_OP: 'killop',
  IN_PROG: 'inprog',
  NET_STAT: 'netstat',
  BYPASS_DEFAULT_MAX_TIME_MS: 'bypassDefaultMaxTimeMS',
  RENAME_COLLECTION_SAME_DB: 'renameCollectionSameDB',
  SET_USER_WRITE_BLOCK: 'setUserWriteBlockMode',
  BYPASS_USER_WRITE_BLOCK: 'bypassWriteBlockingMode',
  CREATE_SEARCH_INDEX: 'createSearchIndexes',
  LIST_SEARCH_INDEXES: 'listSearchIndexes',
};

/** The first major version of mongod that knows an action; absent for those every version here knows. */
const SINCE: Readonly<Record<string, number>> = {
  ANALYZE: 7,
  CHECK_METADATA_CONSISTENCY: 7,
  ANALYZE_SHARD_KEY: 7,
  CREATE_SEARCH_INDEX: 7,
  DROP_SEARCH_INDEX: 7,
  LIST_SEARCH_INDEXES: 7,
  UPDATE_SEARCH_INDEX: 7,
  BYPASS_DEFAULT_MAX_TIME_MS: 8,
};

const inMongod = [
  'FIND',
  'INSERT',
  'REMOVE',
  'UPDATE',
  'BYPASS_DOCUMENT_VALIDATION',
  'USE_UUID',
  'KILL_OP',
  'BYPASS_DEFAULT_MAX_TIME_MS',
  'CREATE_COLLECTION',
  'CREATE_INDEX',
  'DROP_COLLECTION',
  'ENABLE_PROFILER',
  'KILL_ANY_CURSOR',
  'ANALYZE',
  'CHANGE_STREAM',
  'COLL_MOD',
  'COMPACT',
  'CONVERT_TO_CAPPED',
  'DROP_DATABASE',
  'DROP_INDEX',
  'RE_INDEX',
  'RENAME_COLLECTION_SAME_DB',
  'SET_USER_WRITE_BLOCK',
  'BYPASS_USER_WRITE_BLOCK',
  'LIST_SESSIONS',
  'KILL_ANY_SESSION',
  'COLL_STATS',
  'CONN_POOL_STATS',
  'DB_HASH',
  'DB_STATS',
  'GET_CMD_LINE_OPTS',
  'GET_LOG',
  'GET_PARAMETER',
  'GET_SHARD_MAP',
  'HOST_INFO',
  'IN_PROG',
  'LIST_DATABASES',
  'LIST_COLLECTIONS',
  'LIST_INDEXES',
  'LIST_SHARDS',
  'NET_STAT',
  'REPL_SET_GET_CONFIG',
  'REPL_SET_GET_STATUS',
  'SERVER_STATUS',
  'VALIDATE',
  'SHARDING_STATE',
  'TOP',
  'FLUSH_ROUTER_CONFIG',
  'ENABLE_SHARDING',
  'CHECK_METADATA_CONSISTENCY',
  'MOVE_CHUNK',
  'SPLIT_CHUNK',
  'ANALYZE_SHARD_KEY',
  'REFINE_COLLECTION_SHARD_KEY',
  'CLEAR_JUMBO_FLAG',
  'RESHARD_COLLECTION',
  'SHARDED_DATA_DISTRIBUTION',
  'CREATE_SEARCH_INDEX',
  'DROP_SEARCH_INDEX',
  'LIST_SEARCH_INDEXES',
  'UPDATE_SEARCH_INDEX',
] as const;

/** Of services beside mongod; kept and shown, and without effect on a cluster. */
const beside = [
  'SQL_GET_SCHEMA',
  'SQL_SET_SCHEMA',
  'VIEW_ALL_HISTORY',
  'OUT_TO_S3',
  'OUT_TO_AZURE',
  'OUT_TO_GCS',
  'STORAGE_GET_CONFIG',
  'STORAGE_SET_CONFIG',
  'GET_STREAM_PROCESSOR',
  'CREATE_STREAM_PROCESSOR',
  'PROCESS_STREAM_PROCESSOR',
  'MODIFY_STREAM_PROCESSOR',
  'START_STREAM_PROCESSOR',
  'STOP_STREAM_PROCESSOR',
  'DROP_STREAM_PROCESSOR',
  'SAMPLE_STREAM_PROCESSOR',
  'LIST_STREAM_PROCESSORS',
  'LIST_CONNECTIONS',
  'STREAM_PROCESSOR_STATS',
] as const;

export const actions: readonly string[] = [...inMongod, ...beside];

const known = new Set<string>(inMongod);

/** The action as this mongod names it; undefined when it knows none of that kind. `version` is e.g. `6.0.5`. */
export function mongodAction(action: string, version: string): string | undefined {
  if (!known.has(action) || Number.parseInt(version, 10) < (SINCE[action] ?? 0)) return undefined;
  return NAMES[action] ?? action.toLowerCase().replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
