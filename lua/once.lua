-- Part of the operator's transitions.

-- Runs one once per request id: the same call again, after a lost reply, gets the first answer.
local function once(request, transition)
  local key = R .. 'request:' .. request
  local known = call('GET', key)
  if known then return cjson.decode(known) end
  local forbidden = refusal_of_all()
  if forbidden then return forbidden end
  local reply = transition()
  -- A queue that was never used, and is not used now, is left without a trace.
  if not schema and not next(deltas) and not next(zadds) and call('EXISTS', META) == 0 then return reply end
  commit()
  call('SET', key, cjson.encode(reply), 'PX', 120000)
  return reply
end
