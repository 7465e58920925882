-- Part of the transitions of producers and operators, whose users may have few rights.

-- What any of them may come to do behind its first write, and has not done before.
local MAY_COME = {'EXISTS', 'HDEL', 'HSET', 'HSETNX', 'LPOP', 'LREM', 'RPUSH', 'SET', 'UNLINK', 'ZADD', 'ZRANGE', 'ZREM'}

-- The keys that adding a job may come to write to, one of each kind. A user may have patterns of keys for no more than these.
local function keys_of_adding()
  return {META, COUNTS, INCOMING, SCHEDULED, STALE, KEYS[FIRST_PENDING], JOB .. 'x', R .. 'request:x'}
end

-- Those that any of these transitions may come to write to.
local function keys_of_all()
  local keys = keys_of_adding()
  for _, key in ipairs({FAILED, PROCESSING, DLQ, COMPLETED, CANCELLED, SUSPECTS, ELSEWHERE, R .. 'attempts:x', R .. 'log:x'}) do
    keys[#keys + 1] = key
  end
  return keys
end

-- The refusal of the first command that the caller may not run, or of the first of these keys that it may not write to; nil if
-- there is none.
-- 0.15 us for each command; 0.5 us for the keys, 5 us where they are held against eight patterns.
local function refusal(keys)
  for _, command in ipairs(MAY_COME) do
    -- Each argument is a key of the queue: some of these commands take several.
    if not redis.acl_check_cmd(command, META, META, META) then
      local name = string.lower(command)
      return redis.error_reply("NOPERM this user has no permissions to run the '" .. name .. "' command")
    end
  end
  if redis.acl_check_cmd('UNLINK', unpack(keys)) then return nil end
  for _, key in ipairs(keys) do
    if not redis.acl_check_cmd('UNLINK', key) then
      return redis.error_reply("NOPERM this user has no permissions to write to keys like '" .. key .. "'")
    end
  end
end

-- The refusal of a caller who may not do all that adding a job, or any of these transitions, may come to do; nil if it may. Asked
-- before anything is written: Redis checks the caller at each command, half-way through a transition too.
local function refusal_of_adding() return refusal(keys_of_adding()) end
local function refusal_of_all() return refusal(keys_of_all()) end
-- The same for what a signed job needs besides. Not asked of the others: their producers may have no right to it.
local function refusal_of_signing() return refusal({SIGNED}) end
