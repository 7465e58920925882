-- Part of claim: jobs whose time has come. scheduled, failed -> pending, a bounded number a call, in due order.

local PROMOTE_LIMIT = 100

-- Returns when the next job is due (ms since the epoch), or nil.
local function promote()
  local due = call('ZRANGEBYSCORE', SCHEDULED, '-inf', NOW, 'LIMIT', 0, PROMOTE_LIMIT)
  if #due > 0 then check_lists(SUSPECTS, pending_keys()) end
  for _, id in ipairs(due) do
    local job = redis.pcall('HMGET', job_key(id), 'state', 'priority', 'crash_count', 'stale')
    local state, priority = job[1], priority_of(job[2])
    if (state == 'scheduled' or state == 'failed') and priority then
      local view = {priority = priority, crash_count = job[3], stale = job[4]}
      leave(id, state, view)
      enter(id, 'pending', view)
      call('HSET', job_key(id), 'state', 'pending', 'updated_at', NOW)
    else
      gather(zrems, SCHEDULED, id) -- an entry without its job: the hash decides
    end
  end
  if #due == PROMOTE_LIMIT then return now end
  local first = call('ZRANGE', SCHEDULED, #due, #due, 'WITHSCORES')
  return first[2] and tonumber(first[2])
end
