-- What Quarto leaves to the format extension in Typst: parts, the start of the appendices, and this book's own classes.
--
-- Quarto hands each chapter's headings over with a file record: bookItemType is "part", "chapter" or "appendix".
-- «appendix» is one made-up heading before the first appendix; the appendices themselves are "chapter".
-- kvarto does the same by rule: a Div or Span of class x becomes a call of the template's function storby-x.

local BLOCK_CLASSES = { "figur-note", "tabell-note", "nokkeltall", "statistikk", "ingress", "bred", "tett", "smal" }
local INLINE_CLASSES = { "bare-i-teksten", "funn-brutt" }

local function call_of(classes, names)
  for _, name in ipairs(names) do
    if classes:includes(name) then return "#storby-" .. name end
  end
end

-- An element's content between the opening and the end of a call.
local function called(call, content, list, raw)
  local out = list({ raw("typst", call .. "[") })
  out:extend(content)
  out:insert(raw("typst", "]"))
  return out
end

local function header(el)
  local state = quarto.doc.file_metadata()
  local file = state and state.file
  if file == nil or el.level ~= 1 then return nil end
  local call = ({ part = "storby-part", appendix = "storby-appendices" })[file.bookItemType]
  if call == nil then return nil end
  local label = el.identifier ~= "" and "<" .. el.identifier .. ">" or "none"
  return pandoc.Plain(called("#" .. call .. "(label: " .. label .. ")", el.content, pandoc.Inlines, pandoc.RawInline))
end

local function div(el)
  local call = call_of(el.classes, BLOCK_CLASSES)
  return call and called(call, el.content, pandoc.Blocks, pandoc.RawBlock)
end

local function span(el)
  local call = call_of(el.classes, INLINE_CLASSES)
  return call and called(call, el.content, pandoc.Inlines, pandoc.RawInline)
end

-- Word: a class is the style of that name in docx/storby.docx (kvarto finds styles by their ids).
local STYLES = { ["figur-note"] = "Figurnote", ["tabell-note"] = "Tabellnote", ingress = "Ingress", statistikk = "Statistikk" }

local function styled(el)
  for _, name in ipairs(el.classes) do
    if STYLES[name] then
      el.attributes["custom-style"] = STYLES[name]
      return el
    end
  end
end

if quarto.doc.is_format("docx") then return { Div = styled } end
if not quarto.doc.is_format("typst") then return {} end
return quarto.utils.combineFilters({
  quarto.utils.file_metadata_filter(),
  { Header = header, Div = div, Span = span },
})
