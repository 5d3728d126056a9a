"""Checks the ONNX models of the arguments, shapes and types included: python check.py <model.onnx> …"""

import sys

import onnx

for path in sys.argv[1:]:
    onnx.checker.check_model(onnx.load(path), full_check=True)
    print(path.split("/")[-1])
