"""The golden model's training loop in NumPy: 784-128-10, rule contrastive, batch 1. Samples a second of processor time.

    python3 numpy_loop.py FOLDER [SAMPLES]        FOLDER has the IDX files of MNIST (.gz)

Same equations, shifts, gate and dead zone as docs/numerics.md; noise and B come from NumPy's generator, so that numbers
agree in distribution, not bit for bit.
"""
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import gzip

import numpy as np


def idx(folder, name, offset):
    with gzip.open(os.path.join(folder, name + ".gz")) as f:
        return np.frombuffer(f.read(), np.uint8, offset=offset)


def load(folder, which):
    x = idx(folder, which + "-images-idx3-ubyte", 16).reshape(-1, 784) >> 1
    bias = np.full((len(x), 1), 127)
    return np.hstack([x, bias]).astype(np.int32), idx(folder, which + "-labels-idx1-ubyte", 8)


def forward(w, x):
    # float32 runs in BLAS, integers do not; sums below 2^24 are exact all the same
    a = (w[0] @ x.astype(np.float32)).astype(np.int32) >> 9
    y = np.append(np.clip(a, -127, 127), 127)
    return a, y, (w[1] @ y.astype(np.float32)).astype(np.int32) >> 10


def update(w, x, d, shift, top, rng):
    i, j = np.flatnonzero(x), np.flatnonzero(d)
    u = (x[i] + rng.integers(0, 1 << shift, len(i))) >> shift
    at = np.ix_(j, i)
    w[at] = np.clip(w[at] + np.outer(d[j], u), -top, top)


def learn(w, x, target, b, rng):
    a, y, scores = forward(w, x)
    others = scores.copy()
    others[target] = np.iinfo(np.int32).min
    rival = others.argmax()
    if scores[target] - scores[rival] < 128:
        d = (np.abs(a) < 127) * np.sign(b[:, target] - b[:, rival])
        update(w[0], x, d, 7, 127, rng)
    t = np.full(10, -127)
    t[target] = 127
    e = t - np.clip(scores, -127, 127)
    d = np.where(np.abs(e) > 64, np.sign(e), 0)
    if d.any():
        update(w[1], y, d, 5, 2047, rng)


def main():
    folder, samples = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60000
    (x, t), (test_x, test_t) = load(folder, "train"), load(folder, "t10k")
    rng = np.random.default_rng(1)
    w = [rng.integers(-32, 32, (128, 785)).astype(np.float32), np.zeros((10, 129), np.float32)]
    b = rng.choice([-1, 1], (128, 10))
    order = rng.permutation(len(x))[:samples]
    begin = time.process_time()
    for n in order:
        learn(w, x[n], t[n], b, rng)
    seconds = time.process_time() - begin
    right = sum(forward(w, test_x[n])[2].argmax() == test_t[n] for n in range(len(test_x)))
    print(f"numpy {np.__version__}: {samples / seconds:.0f} samples/s, test accuracy {right / len(test_x):.4f}")


main()
