-- Part of all that add jobs with ids that producers have chosen, or take such jobs away: which jobs of a call are there no more.
-- That call may yet be sent again, by a producer who has not heard its answer, and must not bring them back.

local GONE_KNOWN = '120000' -- ms
local gone, gone_of = nil, nil -- what was read last, and the call that it is about

local function gone_key(request) return R .. 'request:' .. request end

-- Remembers that a job which this call added was deleted, or has given way to another.
local function note_gone(id, request)
  if not request then return end
  local known = try('GET', gone_key(request))
  if type(known) == 'table' then return end
  try('SET', gone_key(request), (known or ' ') .. id .. ' ', 'PX', GONE_KNOWN)
end

-- Whether this call has added the job before, and somebody has deleted it since, or put another in its place.
local function is_gone(id, request)
  if gone_of ~= request then
    gone, gone_of = try('GET', gone_key(request)) or '', request
    if gone.err then gone = '' end
  end
  return gone ~= '' and string.find(gone, ' ' .. id .. ' ', 1, true) ~= nil
end
