-- Part of settle and turn: ends runs. An outcome stands in ARGV as settle.lua says.

local NEXT = {completed = 'completed', retry = 'failed', snoozed = 'scheduled', dead = 'dead', released = 'pending', cancelled = 'cancelled'}
local COUNTED_AS = {failed = 'retried', scheduled = 'snoozed'} -- the others by the name of their state
local DONE = {'ok', 'completed'}

-- All outcomes but a plain success: reads what else it takes to know, moves the job, keeps a record of the attempt.
local function settle_otherwise(at, id, key, new, run, cancel_requested)
  local job = read(id, 'priority', 'suspect', 'failed_hosts', 'retry_on_other_host', 'started_at', 'waited_ms', 'failures')
  local more, due = {}, nil
  if cancel_requested then call('HDEL', key, 'cancel_requested') end
  if new == 'failed' or new == 'scheduled' then
    due = now + (tonumber(ARGV[at + 3]) or 0)
    more.next_run_at = whole(due)
    claimable = claimable or is_next(due)
  end
  if new == 'failed' or new == 'dead' then
    more.failures = whole((tonumber(job.failures) or 0) + 1)
    count('failures_total', 1)
  end
  local host = new == 'failed' and job.retry_on_other_host == 'true' and host_of(ARGV[at + 1])
  if host then more.failed_hosts = with_host(job.failed_hosts, host) end
  enter(id, new, job, more.next_run_at, true)
  write_ending(at, key, new, more)
  record_attempt(id, attempt_record(at, ARGV[at + 2], new, run, job))
  if ARGV[at + 6] == 'refused' or ARGV[at + 6] == 'invalid_args' then count('refused_total', 1) end
  if new ~= 'pending' then count((COUNTED_AS[new] or new) .. '_total', 1) end
end

local function settle(at)
  local id, token = ARGV[at], ARGV[at + 1]
  local key = JOB .. id
  local job = try('HMGET', key, 'state', 'token', 'run', 'cancel_requested', 'pause_requested', 'reply_to')
  local state = STATES[job[1]] and job[1]
  if state ~= 'processing' or job[2] ~= token then
    if state and (job[2] == token or was_settled(id, token)) then return {'ok', state} end
    count('stale_settles_total', 1)
    return {'stale', state or ''}
  end
  local new, run = NEXT[ARGV[at + 2]], tonumber(job[3]) or 1
  if job[4] and new ~= 'completed' then new = 'cancelled' end
  gather(zrems, PROCESSING, id)
  count('processing', -1)
  announce(id, new)
  if job[5] then call('HDEL', key, 'pause_requested') end -- it was for this run
  if new == 'completed' and run == 1 then
    gather(zadds, COMPLETED, NOW, id)
    count('completed', 1)
    count('completed_total', 1)
    write_ending(at, key, new)
    if job[6] then reply(id, job[6]) end
    return DONE
  end
  settle_otherwise(at, id, key, new, run, job[4])
  if job[6] and OVER[new] then reply(id, job[6]) end
  return {'ok', new}
end

-- Adds to the finished-per-minute history, one hash per hour, kept for 8 days.
local function add_history(outcome, by)
  if not by then return end
  local minute = math.floor(now / 60000)
  local key = R .. 'history:' .. math.floor(minute / 60)
  if try('HINCRBY', key, (minute % 60) .. ':' .. outcome, by) == by then call('EXPIRE', key, 691200) end
end

-- Where each outcome begins in ARGV, from `at` on, and whether one of them puts its job back.
local function outcomes_from(at)
  local outcomes, releases = {}, false
  while at <= #ARGV do
    outcomes[#outcomes + 1] = at
    releases = releases or ARGV[at + 2] == 'released'
    at = further_end(at)
  end
  return outcomes, releases
end

-- Ends the runs, all but commit(). Nothing in here fails once the lists and sets have been checked.
local function settle_all(outcomes, retention_age, retention_count)
  local replies = {}
  for i = 1, #outcomes do replies[i] = settle(outcomes[i]) end
  add_history('completed', deltas.completed)
  add_history('failed', deltas.failures_total)
  send_indexes()
  if deltas.completed then trim(COMPLETED, 'completed', 2 * deltas.completed, retention_age, retention_count) end
  if deltas.cancelled then trim(CANCELLED, 'cancelled', 2 * deltas.cancelled, retention_age, retention_count) end
  return replies
end
