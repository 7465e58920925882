-- Part of retry_all, purge and claim: the oldest dead jobs, a bounded number, taken off R:dlq.

local DEAD_WINDOW = 200 -- entries looked at per call

-- Takes the first `limit` jobs out of the count that died no later than `until_ms`, and calls visit(id, job) for each that is not
-- damaged. Drops entries left behind. Returns how many were visited, and 1 if there may be more, else 0.
local function each_dead(limit, until_ms, visit)
  local counted, visited, taken, later, moved = 0, 0, 0, {}, 0
  local ids = call('LRANGE', DLQ, 0, DEAD_WINDOW - 1)
  for i, id in ipairs(ids) do
    if counted == limit then break end
    local job = read(id, 'priority', 'finished_at', 'run')
    local stale = take_stale(id, 'dlq')
    if not stale and job.state == 'dead' and (tonumber(job.finished_at) or 0) > until_ms then
      -- It was retried and has died again: it took up its old entry, and others that are due may stand behind it.
      later[#later + 1] = id
    else
      taken, moved = i, #later
      if not stale then
        count('dead', -1)
        counted = counted + 1
      end
      if not stale and job.state == 'dead' then
        visit(id, job)
        visited = visited + 1
      end
    end
  end
  if taken > 0 then call('LPOP', DLQ, taken) end
  for i = 1, moved do gather(appends, DLQ, later[i]) end
  return visited, (counted == limit or taken > 0 and #ids == DEAD_WINDOW) and 1 or 0
end
