-- What every transition shares. The loader puts this text behind the `#!lua` line of each script.
--
-- KEYS  the fixed keys of one queue, all of them, in one order for every script (QueueKeys.swift):
--       one list to know, and every script may touch every key that it was declared. The last of them never
--       exists, so that a cluster runs no script while it moves the slot (QueueKeys.absent).
-- Keys that hold a job id are derived from them; the hash tag keeps them in the same slot.
--
-- A transition reads and checks first. It then gathers its writes, and commit() sends them, one variadic command
-- per key. Redis keeps what a script wrote before an error, so no check may come after the first write, and what
-- comes after it must not fail: job hashes are read with pcall, numbers in them are never trusted.
-- Each run of a script makes all its functions anew, so what few scripts need stands in a part of its own.

local META, COUNTS, INCOMING, INBOX, INTAKE, INTAKE_DUE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local SUSPECTS, SCHEDULED, FAILED, PROCESSING, DLQ = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local REJECTED, COMPLETED, CANCELLED, WORKERS, STALE = KEYS[12], KEYS[13], KEYS[14], KEYS[15], KEYS[16]
local FIRST_PENDING, PRIORITIES = 17, 10 -- KEYS[17] is priority 0, KEYS[27] priority 10
local ELSEWHERE, SIGNED = KEYS[28], KEYS[29]
local R = string.sub(META, 1, -5) -- "<namespace>:{<queue>}:"
local JOB = R .. 'job:'
local EVENTS = R .. 'events:' -- with an id: the channel of one job

local KEPT_RUNS = 20 -- attempt records and logs kept of one job
local LONGEST_BLOCK = 3000 -- ms; no worker blocks longer, so what is due later needs no bell

local call, try = redis.call, redis.pcall
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000) -- the server's clock, ms since the epoch
-- Redis turns a Lua number into text by way of a double, at twice the cost of the command that it is for.
local function whole(number) return string.format('%.0f', number) end
local NOW = whole(now)

-- A release that keeps something else in these keys writes a higher number here; then this one keeps its hands off.
local SCHEMA = '1'
local schema, paused, reaped_at, reap_hold = unpack(call('HMGET', META, 'schema', 'paused', 'reaped_at', 'reap_hold'))
if schema and schema ~= SCHEMA then
  return redis.error_reply('SCHEMA the queue has schema ' .. schema .. ', this release knows ' .. SCHEMA .. '; use a newer queuectl')
end

-- The host of a worker id, "<host>-<pid>-<random>", or of its token, which has ".<number>" behind it.
local function host_of(worker) return worker and string.match(worker, '^(.+)%-%d+%-[^-]+$') end

local function pending_keys() return unpack(KEYS, FIRST_PENDING, FIRST_PENDING + PRIORITIES) end

-- Raises WRONGTYPE before anything is written, when a key does not hold what it should.
local function check(command, keys) for i = 1, #keys do call(command, keys[i]) end end
local function check_lists(...) check('LLEN', {...}) end
local function check_sets(...) check('ZCARD', {...}) end
local function check_hashes(...) check('HLEN', {...}) end

-- Writes that wait for commit(): key -> values.
local zadds, zrems, appends, prepends, unlinks, deltas, moved = {}, {}, {}, {}, {}, {}, {}
local claimable = false -- whether this transition made work that a blocked worker could take

local function gather(writes, key, first, second)
  local values = writes[key]
  if not values then
    values = {}
    writes[key] = values
  end
  values[#values + 1] = first
  if second then values[#values + 1] = second end
end

-- Adds to a field of R:counts: a state (jobs in it now) or a total.
local function count(name, by) deltas[name] = (deltas[name] or 0) + by end

-- Tells that a job has moved: those who watch this job, here, and by commit() those who watch the queue. Nobody sees
-- a message before the transition is over.
local function announce(id, state)
  moved[#moved + 1] = state .. ' ' .. id
  try('PUBLISH', EVENTS .. id, state)
end

-- Sends values in slices, because unpack() fails at 8,000. The slice is even: ZADD takes pairs.
local function send(command, key, values)
  for from = 1, #values, 1000 do call(command, key, unpack(values, from, math.min(from + 999, #values))) end
end

-- Sends the gathered index entries.
local function send_indexes()
  for key, ids in pairs(zrems) do send('ZREM', key, ids) end
  for key, pairs_of in pairs(zadds) do send('ZADD', key, pairs_of) end
  for key, ids in pairs(appends) do send('RPUSH', key, ids) end
  for key, ids in pairs(prepends) do
    for i = #ids, 1, -1 do call('LPUSH', key, ids[i]) end
  end
  zrems, zadds, appends, prepends = {}, {}, {}, {}
end

local function send_counts()
  local names, fields = {}, {}
  for name, by in pairs(deltas) do
    if by ~= 0 then names[#names + 1] = name end
  end
  if #names == 0 then return end
  for i, old in ipairs(call('HMGET', COUNTS, unpack(names))) do
    fields[2 * i - 1], fields[2 * i] = names[i], whole((tonumber(old) or 0) + deltas[names[i]])
  end
  call('HSET', COUNTS, unpack(fields))
  deltas = {}
end

-- Sends what was gathered, and starts afresh. Bell and message come last and never fail a transition.
local function commit()
  send_indexes()
  for from = 1, #unlinks, 1000 do call('UNLINK', unpack(unlinks, from, math.min(from + 999, #unlinks))) end
  unlinks = {}
  send_counts()
  if not schema then call('HSET', META, 'schema', SCHEMA) end
  -- Wakes one blocked worker. A bell that waits already is enough: who takes it passes it on.
  if claimable and not paused and try('LLEN', INCOMING) == 0 then try('LPUSH', INCOMING, '!') end
  claimable = false
  if #moved > 0 then try('PUBLISH', R .. 'events', table.concat(moved, '\n')) end
  moved = {}
end
