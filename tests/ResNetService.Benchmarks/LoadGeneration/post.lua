-- wrk: sends the images that the file named by IMAGES lists, one path a line, in turn, each as the body of a POST.
-- QUERIES, if set, has a query string in each line; the requests take them in turn.
-- Prints one line "wrk-result: {...}" at the end.
local requests, last = {}, 0

local function lines(name)
  local all = {}
  if name then
    for line in io.lines(name) do all[#all + 1] = line end
  end
  return all
end

-- wrk calls it when it knows the address, which a request's head holds.
function init()
  local images, queries = lines(os.getenv("IMAGES")), lines(os.getenv("QUERIES"))
  for i = 1, math.max(#images, #queries) do
    local file = assert(io.open(images[(i - 1) % #images + 1], "rb"))
    local path = wrk.path .. (#queries > 0 and queries[(i - 1) % #queries + 1] or "")
    requests[i] = wrk.format("POST", path, { ["Content-Type"] = "image/jpeg" }, file:read("*a"))
    file:close()
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'wrk-result: {"requests": %d, "microseconds": %d, "p50": %d, "p95": %d, "p99": %d, "max": %d, "socketErrors": %d, "statusErrors": %d, "timeouts": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99), latency.max,
    e.connect + e.read + e.write, e.status, e.timeout))
end
