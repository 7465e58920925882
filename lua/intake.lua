-- Part of claim and take_in: takes in what other services have pushed.
--
-- Raw entries move from R:inbox (where every BLMOVE lands) and R:incoming into R:intake, each under a number
-- and with a due time. Whoever asks is handed what is new, and what is overdue because the worker that was
-- to judge it is gone. Nothing is lost in between: the entry leaves R:intake only with ingest.

local INTAKE_PATIENCE = 5000 -- ms that a worker has to ingest what it was handed
local INTAKE_STEP = 16 -- entries read at once: what is read is copied, and each may be large
local has_bell = false -- whether R:incoming holds nothing but the bell, and still does after the intake
local took_bell = false -- whether a bell was taken off on the way

-- Takes in up to `room` entries, and what brings them to `bytes`, the hashes that they name included; so a flood stays
-- bounded, also one of large pushes. Returns the items to be judged by the caller, and when the first of all that are being
-- judged is overdue. If the number in R:meta is damaged, it fails at its first write.
local function intake(room, bytes)
  local items = {} -- {number, raw bytes, fields of the prepared hash if the entry names one}
  if room == 0 then return items end
  local intake_due, dues = whole(now + INTAKE_PATIENCE), {}
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

  -- Makes the item of an entry.
  local function item_of(raw, number)
    local fields = {}
    room, bytes = room - 1, bytes - #raw
    if #raw <= 128 and string.find(raw, '^[%w_.-]+$') then
      local hash = try('HGETALL', JOB .. raw)
      if not hash.err then fields = hash end
      for i = 1, #fields do bytes = bytes - #fields[i] end
    end
    return {number, raw, fields}
  end

  local function hand_over(item)
    dues[#dues + 1], dues[#dues + 2] = intake_due, item[1]
    items[#items + 1] = item
  end

  -- Hands over again what another worker had and has not ingested in time.
  local function take_overdue()
    for _, number in ipairs(call('ZRANGEBYSCORE', INTAKE_DUE, '-inf', NOW, 'LIMIT', 0, math.min(room, 50))) do
      if bytes <= 0 then return end
      local raw = call('HGET', INTAKE, number)
      if raw then hand_over(item_of(raw, number)) else call('ZREM', INTAKE_DUE, number) end
    end
  end

  -- Takes in the entries of one list, oldest (rightmost) first. raws: its last INTAKE_STEP entries.
  local function take_from(list, raws)
    while #raws > 0 do
      local new, taken = {}, 0
      for i = #raws, 1, -1 do
        if room <= 0 or bytes <= 0 then break end
        if raws[i] == '!' then took_bell = true else new[#new + 1] = item_of(raws[i]) end
        taken = taken + 1
      end
      if #new > 0 then
        local before, values = call('HINCRBY', META, 'intake', #new) - #new, {}
        for i = 1, #new do
          local item = new[i]
          item[1] = whole(before + i)
          values[2 * i - 1], values[2 * i] = item[1], item[2]
          hand_over(item)
        end
        call('HSET', INTAKE, unpack(values))
      end
      if taken > 0 then call('LTRIM', list, 0, -taken - 1) end
      if taken < INTAKE_STEP then return end
      raws = call('LRANGE', list, -INTAKE_STEP, -1)
    end
  end

  take_overdue()
  take_from(INBOX, inbox)
  take_from(INCOMING, incoming)
  send('ZADD', INTAKE_DUE, dues)
  local first = call('ZRANGE', INTAKE_DUE, 0, 0, 'WITHSCORES')
  return items, tonumber(first[2])
end
