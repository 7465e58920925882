-- Part of all that add jobs, or sign them anew: the ids of signed ones, remembered until their signatures are valid no more. So what was
-- signed once cannot be run twice by pushing it again, whatever has become of the first job. Costs nothing where nobody signs.

-- ms: 30 days, and a minute for clocks that differ. A signature for longer is refused: so long its id would be remembered.
local LONGEST_VALIDITY = 2592060000
local FORGOTTEN = 100 -- ids that one call forgets at the most
-- ms from when a signature is outdated until its id is forgotten: the clock of a replica that takes over may be behind.
local FORGETTING = 60000
local has_forgotten = false

-- Why a signed job may not be added now, and whether that is for its id; nil if it may. Writes nothing, and cannot fail.
local function refusal_of_signed(id, valid_until)
  local limit = tonumber(valid_until)
  if not limit or limit <= now then return 'valid_until: the time has passed; sign it anew' end
  if limit > now + LONGEST_VALIDITY then return 'valid_until: it is more than 30 days from now; sign it for a shorter time' end
  local known = try('ZSCORE', SIGNED, id)
  if type(known) == 'table' then
    return 'id: nobody can tell whether it was signed for before: ' .. known.err .. ' (' .. SIGNED .. '; see queuectl doctor)'
  end
  if known and tonumber(known) > now then return 'id: a signed job had the id ' .. id .. ' before; sign it under another one', true end
end

-- Remembers an id, and forgets some whose time is over. Takes place with commit().
local function remember_signed(id, valid_until)
  if not has_forgotten then
    local old = try('ZRANGE', SIGNED, '-inf', whole(now - FORGETTING), 'BYSCORE', 'LIMIT', 0, FORGOTTEN)
    for i = 1, #old do gather(zrems, SIGNED, old[i]) end
    has_forgotten = true
  end
  gather(zadds, SIGNED, valid_until, id)
end
