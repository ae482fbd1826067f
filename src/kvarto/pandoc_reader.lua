-- Reads text after text while its input lasts, as starting pandoc for each would cost more than the reading.
--
-- In: the abbreviations after which pandoc keeps a hard space, separated by spaces, on the first line; then,
-- for each text, its length in bytes on a line, and the text.
-- Out: «ok» or «error» and the length of the answer on a line, and the answer: {"document": …, "messages": […]},
-- or what went wrong.

local known = {}
for word in io.read("l"):gmatch("%S+") do
  known[word] = true
end
local options = pandoc.ReaderOptions { abbreviations = known, columns = 72, tab_stop = 4 }  -- as on the command line

local function answer(text)
  local messages, document = pandoc.log.silence(pandoc.read, text, "markdown", options)
  local told = {}
  for i, message in ipairs(messages) do
    told[i] = pandoc.json.encode(message)
  end
  return '{"document": ' .. pandoc.write(document, "json") .. ', "messages": [' .. table.concat(told, ", ") .. "]}"
end

while true do
  local length = tonumber(io.read("l") or -1)
  if length < 0 then
    return
  end
  -- Reading nothing would wait for what comes next.
  local ok, said = pcall(answer, length > 0 and io.read(length) or "")
  said = ok and said or tostring(said)
  io.write(ok and "ok " or "error ", #said, "\n", said)
  io.flush()
end
