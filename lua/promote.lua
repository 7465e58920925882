-- Part of claim: jobs whose time has come. scheduled, failed -> pending, a bounded number a call, in due order.

local PROMOTE_LIMIT = 50

-- Returns when the next job is due (ms since the epoch), or nil.
local function promote(rejected_cap)
  local first = call('ZRANGE', SCHEDULED, 0, 0, 'WITHSCORES')
  if not first[2] or tonumber(first[2]) > now then return first[2] and tonumber(first[2]) end
  check_lists(SUSPECTS, ELSEWHERE, pending_keys())
  local due = call('ZRANGEBYSCORE', SCHEDULED, '-inf', NOW, 'LIMIT', 0, PROMOTE_LIMIT)
  for _, id in ipairs(due) do
    local job = read(id, 'priority', 'suspect', 'failed_hosts')
    if job.state == 'scheduled' or job.state == 'failed' then
      leave(id, job.state, job)
      enter(id, 'pending', job)
      call('HSET', JOB .. id, 'state', 'pending', 'updated_at', NOW)
      announce(id, 'pending')
    else
      local failed = call('ZREM', FAILED, id) == 1
      gather(zrems, SCHEDULED, id)
      set_aside(id, 'scheduled', failed and 'failed' or 'scheduled', job, rejected_cap)
    end
  end
  if #due == PROMOTE_LIMIT then return now end
  local after = call('ZRANGE', SCHEDULED, #due, #due, 'WITHSCORES')
  return after[2] and tonumber(after[2])
end
