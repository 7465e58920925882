-- Part of claim and settle: forgets what finished long ago. completed, cancelled -> (nothing).

-- Removes at most `limit` of the oldest, when they are too many or too old. Their index is R:completed or R:cancelled.
local function trim(index, state, limit, age, number)
  local over, ids = call('ZCARD', index) - number, nil
  if over > 0 then
    local popped = call('ZPOPMIN', index, math.min(over, limit))
    ids = {}
    for i = 1, #popped, 2 do ids[#ids + 1] = popped[i] end
  else
    local first = call('ZRANGE', index, 0, 0, 'WITHSCORES')
    if not first[2] or tonumber(first[2]) >= now - age then return end
    ids = call('ZRANGEBYSCORE', index, '-inf', '(' .. whole(now - age), 'LIMIT', 0, limit)
    send('ZREM', index, ids)
  end
  for i = 1, #ids do
    local id = ids[i]
    local job = try('HMGET', JOB .. id, 'state', 'run')
    if job[1] == state then
      -- The only attempt of a job that completed at once is on record in its hash.
      if state == 'completed' and job[2] == '1' then
        unlinks[#unlinks + 1] = JOB .. id
        unlinks[#unlinks + 1] = R .. 'log:' .. id .. ':1'
      else forget(id, job[2]) end
    end
  end
  count(state, -#ids)
  count('removed_total', #ids)
end
