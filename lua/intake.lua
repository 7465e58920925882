-- Part of claim: takes in what other services have pushed.
--
-- Raw entries move from R:inbox (where every BLMOVE lands) and R:incoming into R:intake, each under a number
-- and with a due time. Whoever claims is handed what is new, and what is overdue because the worker that was
-- to judge it is gone. Nothing is lost in between: the entry leaves R:intake only with ingest.

local INTAKE_PATIENCE = 5000 -- ms that a worker has to ingest what it was handed
local INTAKE_STEP = 16 -- entries read at once
local has_bell = false -- whether R:incoming holds nothing but the bell, and still does after the intake

-- Returns the items to be judged by the caller. If the number in R:meta is damaged, it fails at its first write.
local function intake()
  local items = {} -- {number, raw bytes, fields of the prepared hash if the entry names one}
  local room, bytes = 100, 1048576 -- entries and bytes per call, so that a flood of large pushes stays bounded
  local intake_due = whole(now + INTAKE_PATIENCE)
  local kinds = call('EXISTS', INBOX, INCOMING, INTAKE_DUE)
  if kinds == 0 then return items end
  local incoming = call('LRANGE', INCOMING, -INTAKE_STEP, -1)
  if kinds == 1 and #incoming == 1 and incoming[1] == '!' then -- nearly always, while there is work
    has_bell = true
    return items
  end
  local inbox = call('LRANGE', INBOX, -INTAKE_STEP, -1)
  check_sets(INTAKE_DUE)
  check_hashes(INTAKE)

  local function hand_over(number, raw)
    local fields = {}
    if #raw <= 128 and string.find(raw, '^[%w_.-]+$') then
      local hash = try('HGETALL', JOB .. raw)
      if not hash.err then fields = hash end
    end
    call('ZADD', INTAKE_DUE, intake_due, number)
    items[#items + 1] = {number, raw, fields}
    room, bytes = room - 1, bytes - #raw
  end

  -- Hands over again what another worker had and has not ingested in time.
  local function take_overdue()
    for _, number in ipairs(call('ZRANGEBYSCORE', INTAKE_DUE, '-inf', NOW, 'LIMIT', 0, 50)) do
      if bytes <= 0 then return end
      local raw = call('HGET', INTAKE, number)
      if raw then hand_over(number, raw) else call('ZREM', INTAKE_DUE, number) end
    end
  end

  -- Takes in the entries of one list, oldest (rightmost) first. raws: its last INTAKE_STEP entries.
  local function take_in(list, raws)
    while #raws > 0 do
      local taken = 0
      for i = #raws, 1, -1 do
        if room <= 0 or bytes <= 0 then break end
        if raws[i] ~= '!' then
          local number = call('HINCRBY', META, 'intake', 1)
          call('HSET', INTAKE, number, raws[i])
          hand_over(number, raws[i])
        end
        taken = taken + 1
      end
      if taken > 0 then call('LTRIM', list, 0, -taken - 1) end
      if taken < INTAKE_STEP then return end
      raws = call('LRANGE', list, -INTAKE_STEP, -1)
    end
  end

  take_overdue()
  take_in(INBOX, inbox)
  take_in(INCOMING, incoming)
  local first = call('ZRANGE', INTAKE_DUE, 0, 0, 'WITHSCORES')
  return items, tonumber(first[2])
end
