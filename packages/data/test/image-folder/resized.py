# python3 -m venv v && v/bin/pip install pillow==12.3.0 && v/bin/python resized.py > resized.json
# What Pillow makes of small images: Image.resize with BILINEAR, stretched, cropped and padded as torchvision does.
import json
import PIL
from PIL import Image

def image(width, height, channels):
    pixels = [(37 * x + 91 * y * y + 53 * c * x + 17 * c) % 256 for y in range(height) for x in range(width) for c in range(channels)]
    return pixels

cases = []
for (w, h) in [(7, 5), (3, 9), (16, 16), (1, 1)]:
    for (height, width) in [(4, 4), (9, 3), (5, 7), (20, 13)]:
        for channels in (1, 3, 4):
            source = image(w, h, 4 if channels == 4 else 3)
            one = Image.frombytes("RGBA" if channels == 4 else "RGB", (w, h), bytes(source))
            if channels == 1:
                one = one.convert("L")
            scale = max(width / w, height / h)
            bw, bh = width / scale, height / scale
            box = ((w - bw) / 2, (h - bh) / 2, (w + bw) / 2, (h + bh) / 2)
            cases.append({
                "from": [h, w], "size": [height, width], "channels": channels, "source": source,
                "stretch": list(one.resize((width, height), Image.BILINEAR).tobytes()),
                "crop": list(one.resize((width, height), Image.BILINEAR, box=box).tobytes()),
            })
print(json.dumps({"source": f"Pillow {PIL.__version__}", "cases": cases}, separators=(",", ":")))
