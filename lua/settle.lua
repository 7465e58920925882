#!lua flags=allow-oom
-- Ends runs. processing -> completed | failed (retry) | dead | pending (released, at the front) | cancelled.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 retention age in ms   2 retention count, both of R:completed and R:cancelled
--       then nine per outcome:
--       id, token, outcome (completed retry dead released cancelled), delay in ms (retry), exit code or '',
--       signal or '', reason or '', error or '' (one line), usage or '' (JSON object: what was measured of the run)
-- Returns {{status, state}, ...} in the order given
--       ok     the run ended as asked; a job whose cancel was requested is cancelled unless it completed
--       ok     also when this very settle was done before: the same call again has no second effect
--       stale  the token is not the job's any more; nothing was changed (state '' when the job is gone)
-- Cost  per completed job one HMGET and one HSET; two old jobs at most are removed per outcome.

local WIDTH = 9
local TOLD = {'exit_code', 'signal', 'reason', 'error', 'usage'} -- the fields from ARGV[at + 4] on
local retention_age, retention_count = tonumber(ARGV[1]), tonumber(ARGV[2])
local STATES = {completed = 'completed', retry = 'failed', dead = 'dead', released = 'pending', cancelled = 'cancelled'}

-- Whether the attempts of a job show that this token's run was settled: then the reply was lost, not the lease.
local function was_settled(id, token)
  for _, text in ipairs(call('LRANGE', R .. 'attempts:' .. id, 0, -1)) do
    local known, attempt = pcall(cjson.decode, text)
    if known and attempt.token == token then return attempt.outcome ~= 'crashed' end
  end
  return false
end

local function attempt_record(at, outcome, state, run, started_at)
  local known, record = pcall(cjson.decode, ARGV[at + 8])
  if not known then record = {} end
  record.run, record.token, record.outcome = run, ARGV[at + 1], (state == 'cancelled') and 'cancelled' or outcome
  record.started_at, record.finished_at = tonumber(started_at) or nil, now
  record.exit_code, record.delay_ms = tonumber(ARGV[at + 4]), outcome == 'retry' and tonumber(ARGV[at + 3]) or nil
  if ARGV[at + 5] ~= '' then record.signal = ARGV[at + 5] end
  if ARGV[at + 6] ~= '' then record.reason = ARGV[at + 6] end
  if ARGV[at + 7] ~= '' then record.error = ARGV[at + 7] end
  return record
end

-- The fields that tell how the run ended, as HSET takes them.
local function ending(at, state)
  local fields = {'state', state, 'finished_at', NOW}
  for i = 1, #TOLD do
    local value = ARGV[at + 3 + i]
    if value ~= '' then
      fields[#fields + 1] = TOLD[i]
      fields[#fields + 1] = value
    end
  end
  return fields
end

local function settle(at)
  local id, token, outcome = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local key = job_key(id)
  local job = call('HMGET', key, 'state', 'token', 'run', 'cancel_requested')
  local state = job[1]
  if state ~= 'processing' or job[2] ~= token then
    if state and (job[2] == token or was_settled(id, token)) then return {'ok', state} end
    count('stale_settles_total', 1)
    return {'stale', state or ''}
  end
  local new = STATES[outcome]
  if job[4] and outcome ~= 'completed' then new = 'cancelled' end
  local run = tonumber(job[3]) or 1
  local fields = ending(at, new)
  local view = {}
  gather(zrems, PROCESSING, id)
  count('processing', -1)
  if new ~= 'completed' then
    local more = call('HMGET', key, 'priority', 'crash_count', 'stale', 'started_at')
    view = {priority = more[1], crash_count = more[2], stale = more[3], started_at = more[4]}
    if job[4] then call('HDEL', key, 'cancel_requested') end
  end
  local due
  if new == 'failed' then
    due = now + tonumber(ARGV[at + 3])
    fields[#fields + 1] = 'next_run_at'
    fields[#fields + 1] = whole(due)
    claimable = claimable or is_next(due)
  end
  if new == 'failed' or new == 'dead' then
    call('HINCRBY', key, 'failures', 1)
    count('failures_total', 1)
  end
  enter(id, new, view, due and whole(due), true)
  call('HSET', key, unpack(fields))
  if new ~= 'completed' or run > 1 then
    record_attempt(id, attempt_record(at, outcome, new, run, view.started_at or call('HGET', key, 'started_at')))
  end
  if new ~= 'pending' then count((new == 'failed' and 'retried' or new) .. '_total', 1) end
  announce(id, new)
  return {'ok', new}
end

-- Removes the oldest of those that finished, when they are too many or too old.
local function trim(key, state, added)
  local over = call('ZCARD', key) - retention_count
  local oldest = call('ZRANGE', key, 0, over > 0 and 2 * added - 1 or 1, 'WITHSCORES')
  for i = 1, #oldest, 2 do
    if (i + 1) / 2 > over and tonumber(oldest[i + 1]) >= now - retention_age then break end
    local id = oldest[i]
    local job = call('HMGET', job_key(id), 'state', 'run')
    gather(zrems, key, id)
    count(state, -1)
    if job[1] == state then forget(id, job[2]) end
    count('expired_total', 1)
  end
end

check_sets(PROCESSING, SCHEDULED, FAILED, COMPLETED, CANCELLED)
check_lists(DLQ, SUSPECTS)
check_hashes(COUNTS)
for at = 3, #ARGV, WIDTH do
  if ARGV[at + 2] == 'released' then
    check_lists(pending_keys())
    break
  end
end
local replies = {}
for at = 3, #ARGV, WIDTH do replies[#replies + 1] = settle(at) end
if deltas.completed then add_history('completed', deltas.completed) end
if deltas.failures_total then add_history('failed', deltas.failures_total) end
local completed, cancelled = deltas.completed, deltas.cancelled
commit()
if completed then trim(COMPLETED, 'completed', completed) end
if cancelled then trim(CANCELLED, 'cancelled', cancelled) end
commit()
return replies
