"""Random numbers of the place (kind 2, period 0, index 0), by Philox4x32-10 in whole numbers.

    cd packages/plugin-seed/test/helpers && python random-at.py > random-at.json

The generator is that of Salmon, Moraes, Dror and Shaw (SC11); 53 bits are combined as
genrand_res53 of Matsumoto and Nishimura does.
"""
import json

WORD = 2**32
KIND, PERIOD, INDEX = 2, 0, 0


def philox(counter, key):
    a, b, c, d = counter
    low, high = key
    for _ in range(10):
        first, second = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b = second // WORD ^ b ^ low, second % WORD
        c, d = first // WORD ^ d ^ high, first % WORD
        low, high = (low + 0x9E3779B9) % WORD, (high + 0xBB67AE85) % WORD
    return a, b


def number(seed, drawn):
    first, second = philox((drawn, KIND, INDEX, PERIOD), (seed % WORD, seed // WORD))
    return ((first >> 5) * 2**26 + (second >> 6)) / 2**53


seeds = [0, 1, 42, 2**32, 2**53 - 1]
rows = [[seed, [number(seed, drawn) for drawn in range(2)]] for seed in seeds]
print(json.dumps({"source": "random-at.py", "rows": rows}, indent=2))
