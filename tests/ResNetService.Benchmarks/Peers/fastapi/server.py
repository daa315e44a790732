"""What a Python user would write in an afternoon: POST /classify with an image as its body gives the five best classes.

usage: python3 server.py ARCH WEIGHTS LABELS.json PORT THREADS
ARCH is torchvision's name of a network, WEIGHTS a .pth or .safetensors file of its state dict,
LABELS.json {"0": ["n01440764", "tench"], ...}.
"""
import io
import json
import sys

import torch
import torchvision
import torchvision.transforms as T
import uvicorn
from fastapi import FastAPI, Request
from PIL import Image
from starlette.concurrency import run_in_threadpool


def read_weights(path):
    if not path.endswith(".safetensors"):
        return torch.load(path)
    with open(path, "rb") as file:
        raw = file.read()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    start = 8 + length
    return {
        name: torch.frombuffer(
            bytearray(raw[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]]), dtype=torch.float32
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }


architecture, weights, labels_file, port, threads = sys.argv[1:6]
torch.set_num_threads(int(threads))
with open(labels_file) as file:
    labels = json.load(file)
network = getattr(torchvision.models, architecture)(weights=None)
missing, unexpected = network.load_state_dict(read_weights(weights), strict=False)
missing = [name for name in missing if not name.endswith("num_batches_tracked")]
if missing or unexpected:
    sys.exit(f"{weights} is not of {architecture}: missing {missing[:5]}, unexpected {unexpected[:5]}")
network.eval()
preprocess = T.Compose(
    [T.Resize(256), T.CenterCrop(224), T.ToTensor(), T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]
)
app = FastAPI()


def answer(body):
    image = preprocess(Image.open(io.BytesIO(body)).convert("RGB")).unsqueeze(0)
    with torch.inference_mode():
        probabilities, indices = network(image).softmax(1).topk(5)
    return {
        "predictions": [
            {"index": int(i), "label": labels[str(int(i))][1], "probability": float(p)}
            for p, i in zip(probabilities[0], indices[0])
        ]
    }


@app.post("/classify")
async def classify(request: Request):
    return await run_in_threadpool(answer, await request.body())


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
