-- Part of each function of the library: takes the one key that it is called with for all fixed keys of that queue, and its
-- arguments for ARGV, so that what follows is as in a script. NAMES: the fixed keys behind R, in their order.
--
-- A cluster knows of one key only. While it moves the slot, those that a function comes to may be on either node: a command
-- with several keys, one of them never there, is refused then, before anything is written.

local prefix, queue = string.match(keys[1] or '', '^([^{}]+:{([%w_.-]+)}:)incoming$')
if #keys ~= 1 or not prefix then
  return redis.error_reply('INVALID call it with one key, the incoming list of a queue: <namespace>:{<queue>}:incoming')
end
if #queue > 64 or queue == '.' or queue == '..' then
  return redis.error_reply('INVALID the key names no queue; give 1...64 letters, digits, _ . or -')
end
local KEYS, ARGV = {}, arguments
for i = 1, #NAMES do KEYS[i] = prefix .. NAMES[i] end
local present = redis.pcall('EXISTS', KEYS[1], KEYS[#KEYS])
if type(present) == 'table' then
  if not string.find(present.err, 'non local key', 1, true) then return present end
  return redis.error_reply('TRYAGAIN the slot of this queue is being moved; send it again')
end
