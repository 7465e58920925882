#!lua
-- Changes what a job asks for, while it does not run. pending, scheduled, failed, dead -> the same; with a new time
-- pending -> scheduled, or scheduled, failed -> pending when it is to run at once. Refused by the server when it is out
-- of memory.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call   2 id
--       3 run   4 created_at   5 edited_at: of the job as it was read, '' where the field was missing
--       6 delay in ms before the next run, or ''   7 next run at, ms since the epoch, or ''; both '': as it was
--       8 ms from now until it expires, or ''
--       9 number of values v, then v values: field, value, ...; then names of fields to remove
-- Returns {status, state}; the same request again: the same answer, no second effect
--       ok           changed; state is the new one
--       wrong_state  it runs, or has ended for good, or has no next run to move; nothing was changed
--       changed      it has run, or was edited or admitted, or is another job since it was read; nothing was changed
--       not_found    no such job

local id, key, values = ARGV[2], JOB .. ARGV[2], tonumber(ARGV[9])
local OPEN = {pending = true, scheduled = true, failed = true, dead = true}
local due
if ARGV[6] ~= '' then due = now + tonumber(ARGV[6]) elseif ARGV[7] ~= '' then due = tonumber(ARGV[7]) end

-- Moves the job to where it belongs now. old, new: state, priority, suspect and failed_hosts.
local function move(old, new)
  if new.state ~= old.state or new.state == 'pending' and waiting_list(new) ~= waiting_list(old) then
    if new.state == 'scheduled' then claimable = is_next(due) end
    leave(id, old.state, old)
    enter(id, new.state, new, due and whole(due))
    if new.state ~= old.state then
      call('HSET', key, 'updated_at', NOW)
      announce(id, new.state)
    end
  elseif due and new.state ~= 'pending' then
    claimable = is_next(due)
    gather(zadds, SCHEDULED, whole(due), id)
  end
end

local function edit()
  local old = read(id, 'priority', 'suspect', 'failed_hosts', 'run', 'created_at', 'edited_at')
  if not old.state then return {'not_found', ''} end
  if not OPEN[old.state] or due and old.state == 'dead' then return {'wrong_state', old.state} end
  if (old.run or '') ~= ARGV[3] or (old.created_at or '') ~= ARGV[4] or (old.edited_at or '') ~= ARGV[5] then
    return {'changed', old.state}
  end
  for at = 10 + values, #ARGV do
    if ARGV[at] == 'document' and call('HEXISTS', key, 'document') == 0 then return {'changed', old.state} end
  end
  local new = {state = old.state, priority = old.priority, suspect = old.suspect, failed_hosts = old.failed_hosts}
  if due and due <= now then new.state = 'pending' elseif due and new.state ~= 'failed' then new.state = 'scheduled' end
  local set, removed = {'state', new.state, 'edited_at', NOW}, {unpack(ARGV, 10 + values)}
  for at = 10, 9 + values, 2 do
    set[#set + 1], set[#set + 2] = ARGV[at], ARGV[at + 1]
    if ARGV[at] == 'priority' then new.priority = ARGV[at + 1] end
    if ARGV[at] == 'valid_until' then
      -- What was signed before may be valid for longer.
      local before = tonumber(call('ZSCORE', SIGNED, id) or 0) or 0
      remember_signed(id, whole(math.max(before, tonumber(ARGV[at + 1]))))
    end
  end
  if ARGV[8] ~= '' then set[#set + 1], set[#set + 2] = 'expires_at', whole(now + tonumber(ARGV[8])) end
  for i = 1, #removed do
    -- One that may go back to any host has none to avoid.
    if removed[i] == 'retry_on_other_host' then new.failed_hosts, removed[#removed + 1] = nil, 'failed_hosts' end
  end
  if due then
    if new.state == 'pending' then removed[#removed + 1] = 'next_run_at'
    else set[#set + 1], set[#set + 2] = 'next_run_at', whole(due) end
    if ARGV[7] == '' then removed[#removed + 1] = 'run_at'
    else set[#set + 1], set[#set + 2] = 'run_at', ARGV[7] end
  end
  move(old, new)
  call('HSET', key, unpack(set))
  if #removed > 0 then call('HDEL', key, unpack(removed)) end
  return {'ok', new.state}
end

check_sets(SCHEDULED, FAILED)
check_lists(SUSPECTS, ELSEWHERE, pending_keys())
check_hashes(COUNTS, STALE)
for at = 10, 9 + values, 2 do
  local forbidden = ARGV[at] == 'valid_until' and refusal_of_signing()
  if forbidden then return forbidden end
end
return once(ARGV[1], edit)
