-- Part of claim: recovers the jobs of workers that are gone. processing -> pending (at the front), dead, cancelled.

local REAP_EVERY = 1000 -- ms, or half a heartbeat if that is shorter
local REAP_LIMIT = 100 -- jobs per call
local LONGEST_LEASE = 3600000 -- ms; the longest that can be configured
local CLOCK_SLACK = 60000 -- ms; a deadline further off than that and this was set by a clock that has been put back
local settling = {} -- ids whose outcomes come with this very call: those are not recovered

-- When the last look is long ago, Redis was away or nobody was, or its clock was set: the owners get one and a half
-- heartbeats to renew first, since each of them renews a heartbeat, and what the call takes, after the last time.
-- A lease ends two heartbeats after the renewal that was missed first, so less than that is long ago; without an outage
-- somebody looks after one and a half at the latest.
-- Returns nil when expired leases may be taken as the sign of a dead worker now, else from when on they may.
local function held_until(last, heartbeat)
  local held, hold = tonumber(reap_hold) or 0, 1.5 * heartbeat
  if now < last or now - last > 1.75 * heartbeat then
    held = now + hold
    call('HSET', META, 'reap_hold', whole(held))
  end
  if now < held and held <= now + hold then return held end
end

-- Who was at fault when a worker is lost, nobody can tell: of its jobs only those that one more crash would end are
-- suspects, so that a host with thousands of them does not leave as many that run one at a time.
local function recover(id, job, max_crashes)
  local crashes, state = (tonumber(job.crash_count) or 0) + 1, 'pending'
  if job.cancel_requested then state = 'cancelled' elseif crashes >= max_crashes then state = 'dead' end
  if state == 'pending' and crashes >= max_crashes - 1 then
    job.suspect = '1'
    call('HSET', JOB .. id, 'suspect', '1')
  end
  local reason = state == 'dead' and 'poison' or 'crash'
  local worker = job.token and string.match(job.token, '^(.*)%.%d+$') or 'unknown'
  local error_text = 'the worker ' .. worker .. ' was lost while the job ran'
  if state == 'dead' then error_text = error_text .. '; that is crash number ' .. crashes end
  record_attempt(id, {run = tonumber(job.run) or 0, token = job.token or nil, started_at = tonumber(job.started_at) or nil,
    waited_ms = tonumber(job.waited_ms) or nil, finished_at = now, outcome = 'crashed', reason = reason, error = error_text})
  leave(id, 'processing', job)
  enter(id, state, job, nil, true)
  call('HSET', JOB .. id, 'state', state, 'updated_at', NOW, 'crash_count', crashes, 'reason', reason, 'error', error_text)
  call('HDEL', JOB .. id, 'token', 'cancel_requested', 'pause_requested', 'started_at', 'waited_ms')
  if state ~= 'pending' then call('HSET', JOB .. id, 'finished_at', NOW) end
  count('recovered_total', 1)
  if state ~= 'pending' then count(state .. '_total', 1) end
  announce(id, state)
  if job.reply_to and OVER[state] then reply(id, job.reply_to) end
end

-- lease, heartbeat: ms, of the workers of this queue.
-- Returns the ids that were recovered; whether it was time to look; and when to look again, if leases are on hold or
-- more have ended than one call takes back.
local function reap(lease, heartbeat, max_crashes, rejected_cap)
  local recovered = {}
  local every = math.min(REAP_EVERY, heartbeat / 2)
  local last = tonumber(reaped_at) or now - every
  if now >= last and now - last < every then return recovered, false end
  call('HSET', META, 'reaped_at', NOW)
  -- A worker may still hold its jobs by a longer lease that was configured before.
  local latest = now + (now < last and lease or LONGEST_LEASE + CLOCK_SLACK)
  for _, id in ipairs(call('ZRANGEBYSCORE', PROCESSING, '(' .. whole(latest), '+inf', 'LIMIT', 0, 1000)) do
    call('ZADD', PROCESSING, whole(now + lease), id)
  end
  local held = held_until(last, heartbeat)
  if held then return recovered, true, held end
  local expired = call('ZRANGEBYSCORE', PROCESSING, '-inf', '(' .. NOW, 'LIMIT', 0, REAP_LIMIT)
  -- The lists that promote needs too: it comes after the first write.
  if #expired > 0 then check_lists(SUSPECTS, ELSEWHERE, DLQ, pending_keys()) end
  for _, id in ipairs(expired) do
    local job = read(id, 'priority', 'suspect', 'failed_hosts', 'token', 'run', 'crash_count', 'cancel_requested',
      'started_at', 'waited_ms', 'reply_to')
    if settling[id] then -- it did not end with its worker: its outcome is here
    elseif job.state == 'processing' then
      recover(id, job, max_crashes)
      recovered[#recovered + 1] = id
    else
      gather(zrems, PROCESSING, id)
      set_aside(id, 'processing', 'processing', job, rejected_cap)
    end
  end
  if #expired < REAP_LIMIT then return recovered, true end
  -- A host with many jobs is gone: the next claim, whoever makes it, goes on.
  call('HSET', META, 'reaped_at', whole(now - every))
  return recovered, true, now
end
