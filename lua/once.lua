-- Part of the operator's transitions.

-- Runs one once per request id: the same call again, after a lost reply, gets the first answer.
local function once(request, transition)
  local key = R .. 'request:' .. request
  local known = call('GET', key)
  if known then return cjson.decode(known) end
  check_rights('HSET', 'HDEL', 'RPUSH', 'LREM', 'ZADD', 'ZREM', 'UNLINK', 'SET')
  local reply = transition()
  commit()
  call('SET', key, cjson.encode(reply), 'PX', 120000)
  return reply
end
