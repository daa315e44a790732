#!/usr/bin/env python3
"""Classifies photographs: classify.py PHOTOGRAPH...   (the service is at RESNET_URL, by default http://localhost:8080; its key, where it asks for one, in RESNET_KEY)"""

import base64
import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

URL = os.environ.get("RESNET_URL", "http://localhost:8080")
KEY = os.environ.get("RESNET_KEY")
ATTEMPTS = 5
TIMEOUT_SECONDS = 60
LONGEST_WAIT_SECONDS = 60


def classify(photographs, top_k=5):
    """The service's reply as a dictionary. Any number of photographs are one request."""
    images = [{"name": path.name, "data": base64.b64encode(path.read_bytes()).decode()} for path in photographs]
    body = json.dumps({"images": images, "topK": top_k}).encode()
    headers = {"Content-Type": "application/json"}
    if KEY:
        headers["Authorization"] = f"Bearer {KEY}"
    request = urllib.request.Request(f"{URL}/classify", body, headers)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503) or attempt == ATTEMPTS:
                raise RuntimeError(reason(error)) from error
            asked = error.headers.get("Retry-After", "")
            time.sleep(min(int(asked) if asked.isdigit() else 2 ** (attempt - 1), LONGEST_WAIT_SECONDS))


def reason(error):
    """What the service says; its errors are application/problem+json, a proxy's need not be."""
    if error.headers.get_content_type() == "application/problem+json":
        return json.load(error)["detail"]
    return f"the server answered {error.code}"


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    try:
        results = classify([Path(argument) for argument in arguments])["results"]
    except urllib.error.URLError as error:
        sys.exit(f"{URL} cannot be reached: {error.reason}")
    except (RuntimeError, OSError) as error:
        sys.exit(str(error))
    for result in results:
        print(f"{result['name']}: {result['error']['detail']}" if result["error"] else result["name"])
        for prediction in result["predictions"]:
            print(f"{prediction['probability']:9.2%}  {prediction['label']}")
    sys.exit(any(result["error"] for result in results))


if __name__ == "__main__":
    main(sys.argv[1:])
