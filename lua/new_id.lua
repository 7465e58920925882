-- Part of queuectl_enqueue: ids for jobs whose producers give none. ULIDs, as queuectl makes them.

local DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

local function in_base_32(number, length)
  local digits = {}
  for i = length, 1, -1 do
    local digit = number % 32
    digits[i] = string.sub(DIGITS, digit + 1, digit + 1)
    number = (number - digit) / 32
  end
  return table.concat(digits)
end

-- Redis gives scripts no randomness. So a secret is kept in R:meta, which each call mixes with its microsecond and its document;
-- half of what comes of it is in the id, the other half nobody sees. It begins with the random number of this server's run, if
-- the caller may ask for it.
local function new_id(document)
  local secret = call('HGET', META, 'secret')
  if not secret then
    local info = redis.acl_check_cmd('INFO', 'server') and try('INFO', 'server')
    secret = type(info) == 'string' and info or ''
  end
  secret = redis.sha1hex(table.concat({secret, clock[1], clock[2], document}, ' '))
  call('HSET', META, 'secret', secret)
  local words = {in_base_32(now, 10)}
  for at = 1, 16, 5 do words[#words + 1] = in_base_32(tonumber(string.sub(secret, at, at + 4), 16), 4) end
  return table.concat(words)
end
