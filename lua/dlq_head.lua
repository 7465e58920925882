-- Part of retry_all and purge: the oldest dead jobs, a bounded number, taken off R:dlq.

-- Calls visit(id, job) for each of the first `limit` entries that died no later than `until_ms`; drops stale entries.
-- Returns how many were visited, and whether there may be more.
local function each_dead(limit, until_ms, visit)
  local ids, visited, taken = call('LRANGE', DLQ, 0, limit - 1), 0, 0
  for _, id in ipairs(ids) do
    local job = redis.pcall('HMGET', job_key(id), 'state', 'priority', 'stale', 'finished_at', 'run')
    if job[1] == 'dead' and (tonumber(job[4]) or 0) > until_ms then break end
    taken = taken + 1
    if job[1] == 'dead' then
      count('dead', -1)
      visit(id, {priority = job[2], stale = job[3] or nil, run = job[5]})
      visited = visited + 1
    elseif not take_up_stale(id, job[3], 'dlq') then
      count('stale:dlq', -1)
    end
  end
  if taken > 0 then call('LPOP', DLQ, taken) end
  return visited, taken == limit and 1 or 0
end
