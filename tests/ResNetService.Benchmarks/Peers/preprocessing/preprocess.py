"""Pillow and torchvision: encoded images to the network's uint8 input, timed on one thread.

usage: python3 preprocess.py LIST RESIZE CROP bilinear|bicubic
LIST has the path of an image in each line. Files are read before the clock starts.
Prints {"cpu": seconds of CPU time, "sha256": [digest of [CROP, CROP, 3] in the order of LIST]}.
"""
import hashlib
import io
import json
import sys
import time

import numpy
import torch
import torchvision.transforms as T
from PIL import Image

list_file, resize, crop, interpolation = sys.argv[1:5]
torch.set_num_threads(1)
with open(list_file) as file:
    encoded = [open(line.rstrip("\n"), "rb").read() for line in file]
mode = {"bilinear": T.InterpolationMode.BILINEAR, "bicubic": T.InterpolationMode.BICUBIC}[interpolation]
transform = T.Compose([T.Resize(int(resize), mode), T.CenterCrop(int(crop))])


def preprocess(data):
    return numpy.asarray(transform(Image.open(io.BytesIO(data)).convert("RGB")))


for data in encoded[:20]:
    preprocess(data)
start = time.process_time()
for data in encoded:
    preprocess(data)
cpu = time.process_time() - start
print(json.dumps({"cpu": cpu, "sha256": [hashlib.sha256(preprocess(data).tobytes()).hexdigest() for data in encoded]}))
