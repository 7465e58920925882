-- Part of claim: jobs that avoid the hosts on which they have failed (retry_on_other_host). pending -> processing.
--
-- They wait in R:elsewhere until a worker of another host asks, or no other host is left. A claim that may not take
-- one leaves it where it is and rings for nobody: the workers it waits for look by themselves every few seconds.

local WINDOW = 50 -- entries looked at per claim; those behind wait until others have left

-- The hosts of the workers that have been heard of within a lease, as a set.
local function serving_hosts(lease)
  local hosts = {}
  for _, id in ipairs(try('ZREVRANGEBYSCORE', WORKERS, '+inf', whole(now - lease), 'LIMIT', 0, 1000)) do
    local host = host_of(id)
    if host then hosts[host] = true end
  end
  return hosts
end

-- Whether a worker of this host may run a job that avoids some: it is none of them, or all that serve are.
local function may_run(failed_hosts, host, serving)
  local known, list = pcall(cjson.decode, failed_hosts or '')
  if not known or type(list) ~= 'table' then return true end
  local avoided = {}
  for i = 1, #list do avoided[list[i]] = true end
  if not avoided[host] then return true end
  for other in pairs(serving) do
    if not avoided[other] then return false end
  end
  return true
end

-- The entries at the head of the list that this worker may take, by priority. Drops those that were left behind.
local function look_elsewhere(lease)
  local ids = try('LRANGE', ELSEWHERE, 0, WINDOW - 1)
  if ids.err then trouble = ELSEWHERE .. ': ' .. ids.err end
  if #ids == 0 then return {} end
  local ready, dropped, host, serving = {}, false, host_of(token), serving_hosts(lease)
  for i = 1, #ids do
    local id = ids[i]
    if has_stale and take_stale(id, 'elsewhere') then
      call('LREM', ELSEWHERE, 1, id)
      dropped = true
    else
      local job = read(id, 'priority', 'failed_hosts')
      if job.state ~= 'pending' or may_run(job.failed_hosts, host, serving) then
        gather(ready, priority_of(job.priority) or tonumber(DEFAULT_PRIORITY), id)
      end
    end
  end
  if dropped and #ids == WINDOW then more, is_unfinished = true, true end
  return ready
end

-- Takes jobs until there are n: the highest priority first, and of one priority first those that have failed elsewhere.
local function hand_out_all(n, lease)
  local ready = look_elsewhere(lease)
  for priority = PRIORITIES, 0, -1 do
    local ids = ready[priority]
    if ids then
      hand_out_by_priority(n, priority + 1)
      for i = 1, #ids do
        if #jobs + waiting == n then
          more = true -- for want of a slot only: another worker may take it
          return
        end
        call('LREM', ELSEWHERE, 1, ids[i])
        take(ids[i], 'elsewhere')
      end
    end
  end
  hand_out_by_priority(n, 0)
end
