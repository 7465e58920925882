-- Part of claim: drops entries that were left behind in R:dlq, when they outnumber the dead jobs there.
--
-- Pending lists need none of this: their heads are popped all the time. The dead-letter queue is walked round, a
-- bounded number a call: live entries go to the tail, so after a round they stand in their old order again.

local COMPACTED = 200 -- entries per call

local function is_compacting()
  local counts = call('HMGET', COUNTS, 'stale:dlq', 'dead')
  local left_behind = tonumber(counts[1]) or 0
  return left_behind > COMPACTED and left_behind > (tonumber(counts[2]) or 0)
end

local function compact_dlq()
  if not is_compacting() then return end
  local ids = try('LPOP', DLQ, COMPACTED)
  if not ids or ids.err then return end -- what is wrong with the list is for those who need it
  for _, id in ipairs(ids) do
    if not take_stale(id, 'dlq') then gather(appends, DLQ, id) end
  end
end
