-- Part of claim: takes in what other services have pushed.
--
-- Raw entries move from R:inbox (where every BLMOVE lands) and R:incoming into R:intake, each under a number
-- and with a due time. Whoever claims is handed what is new, and what is overdue because the worker that was
-- to judge it is gone. Nothing is lost in between: the entry leaves R:intake only with ingest.

local INTAKE_PATIENCE = 5000 -- ms that a worker has to ingest what it was handed
local intake_due = whole(now + INTAKE_PATIENCE)
local INTAKE_ENTRIES = 200 -- per call
local INTAKE_BYTES = 1048576 -- stop reading after about so much, so that a flood of large pushes stays bounded

-- One item of the reply: number, raw bytes, and the fields of the prepared hash if the entry names one.
local function intake_item(number, raw)
  local fields = {}
  if string.find(raw, '^[%w_.-]+$') and #raw <= 128 then
    local hash = redis.pcall('HGETALL', job_key(raw))
    if not hash.err then fields = hash end
  end
  return {number, raw, fields}
end

-- Moves the entries of one list, oldest (rightmost) first. Returns how many entries and bytes are still allowed.
local function take_in(list, entries, bytes, items)
  while entries > 0 and bytes > 0 do
    local wanted = math.min(entries, 16)
    local raws = call('LRANGE', list, -wanted, -1)
    if #raws == 0 then break end
    for i = #raws, 1, -1 do
      local raw = raws[i]
      if raw ~= '!' then
        local number = call('HINCRBY', META, 'intake', 1)
        call('HSET', INTAKE, number, raw)
        call('ZADD', INTAKE_DUE, intake_due, number)
        items[#items + 1] = intake_item(number, raw)
        bytes = bytes - #raw
      end
    end
    entries = entries - #raws
    call('LTRIM', list, 0, -#raws - 1)
  end
  return entries, bytes
end

-- Returns the items to be judged by the caller.
local function intake()
  local items = {}
  if call('EXISTS', INBOX, INCOMING, INTAKE_DUE) == 0 then return items end
  check_lists(INBOX, INCOMING)
  check_hashes(INTAKE)
  for _, number in ipairs(call('ZRANGEBYSCORE', INTAKE_DUE, '-inf', NOW, 'LIMIT', 0, 50)) do
    local raw = call('HGET', INTAKE, number)
    if raw then
      call('ZADD', INTAKE_DUE, intake_due, number)
      items[#items + 1] = intake_item(number, raw)
    else
      call('ZREM', INTAKE_DUE, number)
    end
  end
  local entries, bytes = take_in(INBOX, INTAKE_ENTRIES, INTAKE_BYTES, items)
  take_in(INCOMING, entries, bytes, items)
  return items
end
