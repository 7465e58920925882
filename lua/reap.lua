-- Part of claim: recovers the jobs of workers that are gone. processing -> pending (at the front), dead, cancelled.

local REAP_EVERY = 1000 -- ms
local REAP_LIMIT = 100 -- jobs per call
local CLOCK_SLACK = 60000 -- ms; a deadline further off than a lease and this was set by a clock that has been put back

-- When the last reap is long ago, Redis was away or nobody was: the owners get a heartbeat to renew first.
-- Returns whether expired leases may be taken as the sign of a dead worker now.
local function may_reap(last, heartbeat)
  local held = tonumber(reap_hold) or 0
  if now < last or now - last > 2 * heartbeat + REAP_EVERY then
    held = now + heartbeat
    call('HSET', META, 'reap_hold', whole(held))
  end
  return now >= held or held > now + heartbeat
end

local function recover(id, job, max_crashes)
  local state, token, run, crashes = 'pending', job[3], tonumber(job[4]) or 0, (tonumber(job[5]) or 0) + 1
  local view = {priority = job[2], crash_count = crashes, stale = job[6]}
  if job[7] then state = 'cancelled' elseif crashes >= max_crashes then state = 'dead' end
  local reason = state == 'dead' and 'poison' or 'crash'
  local worker = token and string.match(token, '^(.*)%.%d+$') or 'unknown'
  local error_text = 'the worker ' .. worker .. ' was lost while the job ran'
  if state == 'dead' then error_text = error_text .. '; that is crash number ' .. crashes end
  record_attempt(id, {run = run, token = token or nil, started_at = tonumber(job[8]) or nil, finished_at = now,
    outcome = state == 'pending' and 'crashed' or state, reason = reason, error = error_text})
  leave(id, 'processing', view)
  enter(id, state, view, nil, true)
  call('HSET', job_key(id), 'state', state, 'updated_at', NOW, 'crash_count', crashes, 'reason', reason, 'error', error_text)
  call('HDEL', job_key(id), 'token', 'cancel_requested', 'started_at')
  if state ~= 'pending' then call('HSET', job_key(id), 'finished_at', NOW) end
  count('recovered_total', 1)
  if state == 'dead' then count('dead_total', 1) elseif state == 'cancelled' then count('cancelled_total', 1) end
  announce(id, state)
end

-- lease, heartbeat: ms, of the workers of this queue. Returns the ids that were recovered.
local function reap(lease, heartbeat, max_crashes, rejected_cap)
  local recovered = {}
  local last = tonumber(reaped_at) or now - REAP_EVERY
  if now >= last and now - last < REAP_EVERY then return recovered end
  call('HSET', META, 'reaped_at', NOW)
  local latest = now + lease + (now < last and 0 or CLOCK_SLACK)
  for _, id in ipairs(call('ZRANGEBYSCORE', PROCESSING, '(' .. whole(latest), '+inf', 'LIMIT', 0, 1000)) do
    call('ZADD', PROCESSING, whole(now + lease), id)
  end
  if not may_reap(last, heartbeat) then return recovered end
  local expired = call('ZRANGEBYSCORE', PROCESSING, '-inf', '(' .. NOW, 'LIMIT', 0, REAP_LIMIT)
  if #expired > 0 then check_lists(SUSPECTS, DLQ, pending_keys()) end
  for _, id in ipairs(expired) do
    local job = redis.pcall('HMGET', job_key(id), 'state', 'priority', 'token', 'run', 'crash_count', 'stale', 'cancel_requested', 'started_at')
    if job[1] == 'processing' and priority_of(job[2]) then
      recover(id, job, max_crashes)
      recovered[#recovered + 1] = id
    else
      gather(zrems, PROCESSING, id) -- an entry without its job: the hash decides
      if not job[1] or job[1] == 'processing' then
        count('processing', -1)
        reject('corrupt job hash, found while it was being run', id, rejected_cap)
      end
    end
  end
  return recovered
end
