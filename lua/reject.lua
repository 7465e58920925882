-- Part of claim and ingest: bad data is set aside once, with its reason.

local REJECTED_EXCESS = 100 -- old entries that one rejection removes at the most, when the cap has been lowered

-- Sets a malformed push or a damaged job aside. raw: its bytes, of which 64 KiB are kept. Returns its id in R:rejected.
local function reject(reason, raw, cap)
  count('rejected', 1)
  local kept, length = string.sub(raw, 1, 65536), try('XLEN', REJECTED)
  if type(length) == 'number' then cap = math.max(tonumber(cap), length - REJECTED_EXCESS) end
  if #raw > 65536 then
    return try('XADD', REJECTED, 'MAXLEN', cap, '*', 'reason', reason, 'raw', kept, 'length', #raw, 'sha1', redis.sha1hex(raw))
  end
  return try('XADD', REJECTED, 'MAXLEN', cap, '*', 'reason', reason, 'raw', kept, 'length', #raw)
end

-- Sets aside a job that an index names, and whose hash does not say so. Its state is counted out of R:counts.
-- hash: the answer to reading it, with `state` or without.
local function set_aside(id, index, state, hash, cap)
  local said = hash.state and 'says ' .. hash.state or 'is gone or damaged'
  count(state, -1)
  reject('job ' .. id .. ' was found among ' .. index .. ', but its hash ' .. said, id, cap)
end
