-- wrk: sends the images that the file named by IMAGES lists, one path a line, in turn, each as the body of a POST.
-- Prints one line "wrk-result: {...}" at the end.
local requests, last = {}, 0

-- wrk calls it when it knows the address, which a request's head holds.
function init()
  for path in io.lines(os.getenv("IMAGES")) do
    local file = assert(io.open(path, "rb"))
    requests[#requests + 1] = wrk.format("POST", nil, { ["Content-Type"] = "image/jpeg" }, file:read("*a"))
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
