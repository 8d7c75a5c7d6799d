/** Commands whose second word is their key: sent whole to its host. */
export const simpleCommands: ReadonlySet<string> = words(`
  append bf.add bf.card bf.exists bf.info bf.insert bf.loadchunk bf.madd bf.mexists bf.reserve
  bf.scandump bitcount bitfield bitfield_ro bitop bitpos copy decr decrby dump expire expireat geoadd
  geodist geohash geopos georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch
  geosearchstore get getbit getdel getex getrange getset hdel hexists hexpire hexpireat hexpiretime hget
  hgetall hincrby hincrbyfloat hkeys hlen hmget hmset hpersist hpexpire hpexpireat hpexpiretime hpttl
  hrandfield hscan hset hsetnx hstrlen httl hvals incr incrby incrbyfloat lindex linsert llen lmove lpop
  lpos lpush lpushx lrange lrem lset ltrim msetnx persist pexpire pexpireat pfadd pfcount pfmerge psetex
  pttl publish rename renamenx restore rpop rpoplpush rpush rpushx sadd scard sdiff sdiffstore set
  setbit setex setnx setrange sinter sinterstore sismember smembers smismember smove sort sort_ro spop
  srandmember srem sscan strlen substr sunion sunionstore ttl type xack xadd xautoclaim xclaim xdel xlen
  xpending xrange xrevrange xtrim zadd zcard zcount zdiff zdiffstore zincrby zinter zinterstore
  zlexcount zmscore zpopmax zpopmin zrandmember zrange zrangebylex zrangebyscore zrangestore zrank zrem
  zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank
  zscan zscore zunion zunionstore
`);

/** Commands of the form `EVAL script numkeys key …`. */
export const evalCommands = words('eval evalsha');

/** Commands of the form `OBJECT subcommand key …`. */
export const objectCommands = words('object');

/** Commands of any number of keys, one each sent to its host; what the hosts answer is added up. */
export const sumCommands = words('del exists touch unlink');

/** Commands without a key that go to all hosts. */
export const clusterCommands = words('config flushall flushdb hello info keys role script select slowlog');

/** Commands without a key that go to any host. */
export const anyHostCommands = words('cluster randomkey');

export const transactionCommands = words('discard exec multi unwatch watch');

/** Commands of several keys that a transaction takes as they are. */
export const multiKeyCommands = words('del mget mset msetnx touch unlink');

/** Subcommands that are let through, of commands of which not all are. */
export const allowedSubcommands: Readonly<Record<string, ReadonlySet<string>>> = {
  cluster: words('info keyslot nodes slots'),
};

/** Commands of one word. */
export const lonelyCommands = words(
  'discard exec flushall flushdb hello info multi ping quit randomkey role time unwatch watch',
);

/** Commands that change something; `read_command_policy` is for all others. */
export const writeCommands = words(`
  append bitfield bitop copy decr decrby del discard eval evalsha exec expire expireat geoadd georadius
  georadiusbymember geosearchstore getdel hdel hexpire hexpireat hincrby hincrbyfloat hmset hpersist hpexpire
  hpexpireat hset hsetnx incr incrby incrbyfloat linsert lmove lpop lpush lpushx lrem lset ltrim mset msetnx multi
  persist pexpire pexpireat pfadd pfmerge psetex rename renamenx restore rpop rpoplpush rpush rpushx sadd
  sdiffstore set setbit setex setnx setrange sinterstore smove sort spop srem sunionstore touch unlink zadd
  zdiffstore zincrby zinterstore zpopmax zpopmin zrangestore zrem zremrangebylex zremrangebyrank
  zremrangebyscore zunionstore
`);

/** Commands with stats of their own at the upstream; all others count as `unknown`. */
export const countedCommands: ReadonlySet<string> = new Set([
  ...simpleCommands,
  ...evalCommands,
  ...sumCommands,
  ...clusterCommands,
  ...anyHostCommands,
  'mget',
  'mset',
]);

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
