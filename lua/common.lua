-- What every transition shares. The loader puts this text behind the `#!lua` line of each script.
--
-- KEYS  the fixed keys of one queue, all of them, in one order for every script (QueueKeys.swift):
--       one list to know, and every script may touch every key that it was declared.
-- Keys that hold a job id are derived from them; the hash tag keeps them in the same slot.
--
-- A transition reads and checks first. It then gathers its writes with enter(), leave() and count(), and
-- commit() sends them, one variadic command per key: Redis keeps what a script wrote before an error, so no
-- check may come after the first write.

local META, COUNTS, INCOMING, INBOX, INTAKE, INTAKE_DUE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local SUSPECTS, SCHEDULED, FAILED, PROCESSING, DLQ = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local REJECTED, COMPLETED, CANCELLED, WORKERS = KEYS[12], KEYS[13], KEYS[14], KEYS[15]
local FIRST_PENDING, PRIORITIES = 16, 10 -- KEYS[16] is priority 0, KEYS[26] priority 10
local R = string.sub(META, 1, -5) -- "<namespace>:{<queue>}:"

local KEPT_RUNS = 20 -- attempt records and logs kept of one job
local LONG_LIST = 10000 -- above it an entry is left behind instead of removed: LREM would block the server
local LONGEST_BLOCK = 3000 -- ms; no worker blocks longer, so what is due later needs no bell

local call = redis.call
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

local function job_key(id) return R .. 'job:' .. id end
local function pending_key(priority) return KEYS[FIRST_PENDING + priority] end
local function pending_keys() return unpack(KEYS, FIRST_PENDING, FIRST_PENDING + PRIORITIES) end

-- Raises WRONGTYPE before anything is written, when a key does not hold what it should.
local function check(command, keys) for i = 1, #keys do call(command, keys[i]) end end
local function check_lists(...) check('LLEN', {...}) end
local function check_sets(...) check('ZCARD', {...}) end
local function check_hashes(...) check('HLEN', {...}) end

-- The priority of a job, or nil when the field holds none.
local function priority_of(text)
  local p = tonumber(text)
  if p and p >= 0 and p <= PRIORITIES and p == math.floor(p) then return p end
end

-- Writes that wait for commit(): key -> values.
local zadds, zrems, appends, prepends, unlinks, deltas, finished = {}, {}, {}, {}, {}, {}, {}
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

-- A list may still hold the entry that a job left behind there (field `stale`: names of lists). Taking it up
-- again instead of pushing another keeps a job from standing twice in one list.
local function take_up_stale(id, stale, list)
  if not stale or not string.find(',' .. stale .. ',', ',' .. list .. ',', 1, true) then return false end
  local rest = {}
  for name in string.gmatch(stale, '[^,]+') do
    if name ~= list then rest[#rest + 1] = name end
  end
  if #rest > 0 then call('HSET', job_key(id), 'stale', table.concat(rest, ','))
  else call('HDEL', job_key(id), 'stale') end
  count('stale:' .. list, -1)
  return true
end

-- Puts the job into the index of a state. job: priority, crash_count, stale as read from its hash.
-- at: due time (scheduled, failed) as text. front: before all others of its priority.
local function enter(id, state, job, at, front)
  count(state, 1)
  if state == 'pending' then
    claimable = true
    -- A job that has taken a worker down waits in a list of its own: claim hands those out one per worker.
    local suspect = (tonumber(job.crash_count) or 0) > 0
    local list = suspect and 'suspects' or 'pending:' .. job.priority
    if not take_up_stale(id, job.stale, list) then
      gather(front and prepends or appends, suspect and SUSPECTS or pending_key(job.priority), id)
    end
  elseif state == 'scheduled' then gather(zadds, SCHEDULED, at, id)
  elseif state == 'failed' then
    gather(zadds, SCHEDULED, at, id)
    gather(zadds, FAILED, NOW, id)
  elseif state == 'dead' then
    if not take_up_stale(id, job.stale, 'dlq') then gather(appends, DLQ, id) end
  else
    gather(zadds, state == 'completed' and COMPLETED or CANCELLED, NOW, id)
  end
end

-- Takes an entry out of a list, or leaves it to whoever meets it when the list is long.
local function leave_list(id, key, list, stale)
  if call('LLEN', key) <= LONG_LIST then
    call('LREM', key, 1, id)
    return stale
  end
  stale = (stale and stale ~= '') and (stale .. ',' .. list) or list
  call('HSET', job_key(id), 'stale', stale)
  count('stale:' .. list, 1)
  return stale
end

-- Takes the job out of the index of the state it is in. Returns its `stale` field as it then is.
local function leave(id, state, job)
  count(state, -1)
  if state == 'pending' then
    if (tonumber(job.crash_count) or 0) > 0 then return leave_list(id, SUSPECTS, 'suspects', job.stale) end
    return leave_list(id, pending_key(job.priority), 'pending:' .. job.priority, job.stale)
  elseif state == 'dead' then return leave_list(id, DLQ, 'dlq', job.stale)
  elseif state == 'scheduled' then gather(zrems, SCHEDULED, id)
  elseif state == 'failed' then
    gather(zrems, SCHEDULED, id)
    gather(zrems, FAILED, id)
  elseif state == 'processing' then gather(zrems, PROCESSING, id)
  else gather(zrems, state == 'completed' and COMPLETED or CANCELLED, id) end
  return job.stale
end

-- Removes everything kept of a job but its index entries. runs: how often it was claimed.
local function forget(id, runs)
  runs = tonumber(runs) or 0
  unlinks[#unlinks + 1] = job_key(id)
  if runs == 0 then return end
  unlinks[#unlinks + 1] = R .. 'attempts:' .. id
  for run = math.max(1, runs - KEPT_RUNS + 1), runs do
    unlinks[#unlinks + 1] = R .. 'log:' .. id .. ':' .. run
  end
end

-- Adds the record of a run that has ended, newest first. fields: a table, encoded as JSON.
local function record_attempt(id, fields)
  local key = R .. 'attempts:' .. id
  call('LPUSH', key, cjson.encode(fields))
  call('LTRIM', key, 0, KEPT_RUNS - 1)
end

-- Notes that a job has come to its end or changed hands, for the message that commit() publishes.
local function announce(id, state) finished[#finished + 1] = state .. ' ' .. id end

-- Wakes one blocked worker. A bell that is waiting already is enough: who takes it passes it on.
local function ring()
  local waiting = redis.pcall('LLEN', INCOMING)
  if waiting == 0 then redis.pcall('LPUSH', INCOMING, '!') end
end

-- Sends values in slices, because unpack() fails at 8,000. The slice is even: ZADD takes pairs.
local function send(command, key, values)
  for from = 1, #values, 1000 do
    local to = math.min(from + 999, #values)
    if key then call(command, key, unpack(values, from, to)) else call(command, unpack(values, from, to)) end
  end
end

local function reversed(values)
  local result = {}
  for i = #values, 1, -1 do result[#result + 1] = values[i] end
  return result
end

-- Sends one kind of gathered writes and empties it.
local function flush(command, writes)
  if next(writes) == nil then return writes end
  for key, values in pairs(writes) do send(command, key, values) end
  return {}
end

-- Sends what was gathered, and starts afresh. Bell and message come last and never fail a transition.
local function commit()
  zrems = flush('ZREM', zrems)
  zadds = flush('ZADD', zadds)
  appends = flush('RPUSH', appends)
  for key, ids in pairs(prepends) do send('LPUSH', key, reversed(ids)) end
  prepends = {}
  if #unlinks > 0 then
    send('UNLINK', nil, unlinks)
    unlinks = {}
  end
  for name, by in pairs(deltas) do
    if by ~= 0 then call('HINCRBY', COUNTS, name, by) end
  end
  deltas = {}
  if not schema then call('HSET', META, 'schema', SCHEMA) end
  if claimable and not paused then ring() end
  claimable = false
  if #finished > 0 then
    redis.pcall('PUBLISH', R .. 'events', table.concat(finished, '\n'))
    finished = {}
  end
end

-- Whether a job due at `due` comes before all that wait in R:scheduled, so soon that blocked workers, who
-- have set their alarm by the old first one, must be woken.
local function is_next(due)
  if due - now >= LONGEST_BLOCK then return false end
  local first = call('ZRANGE', SCHEDULED, 0, 0, 'WITHSCORES')
  return not first[2] or tonumber(first[2]) > due
end

-- Adds to the finished-per-minute history, one hash per hour, kept for 8 days.
local function add_history(outcome, by)
  local minute = math.floor(now / 60000)
  local key = R .. 'history:' .. math.floor(minute / 60)
  if call('HINCRBY', key, (minute % 60) .. ':' .. outcome, by) == by then call('EXPIRE', key, 691200) end
end

-- Sets a malformed push or a corrupt job aside with its reason. raw: its bytes, of which 64 KiB are kept.
local function reject(reason, raw, cap)
  local kept = string.sub(raw, 1, 65536)
  if #raw > 65536 then
    call('XADD', REJECTED, 'MAXLEN', cap, '*', 'reason', reason, 'raw', kept, 'length', #raw, 'sha1', redis.sha1hex(raw))
  else
    call('XADD', REJECTED, 'MAXLEN', cap, '*', 'reason', reason, 'raw', kept, 'length', #raw)
  end
  count('rejected', 1)
end

-- Runs an operator's transition once per request id: the same call again, after a lost reply, gets the first answer.
local function once(request, transition)
  local key = R .. 'request:' .. request
  local known = call('GET', key)
  if known then return cjson.decode(known) end
  local reply = transition()
  commit()
  call('SET', key, cjson.encode(reply), 'PX', 120000)
  return reply
end
