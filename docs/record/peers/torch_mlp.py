"""784-128-10 in PyTorch, batch 1 and 100, by back-propagation and by DRTP: samples a second of CPU time, one thread.

    python3 torch_mlp.py FOLDER [SECONDS]         FOLDER has the IDX files of MNIST (.gz)

Float32, tanh, SGD; DRTP gives the hidden layer B[:, target] in place of the error that would come back (Frenkel,
Lefebvre and Bol 2021). Each line trains for SECONDS of CPU time, then tests: a speed, and a sign that something is learned.
"""
import gzip
import os
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(1)


def idx(folder, name, offset):
    with gzip.open(os.path.join(folder, name + ".gz")) as f:
        return torch.frombuffer(bytearray(f.read()), dtype=torch.uint8, offset=offset)


def load(folder, which):
    x = idx(folder, which + "-images-idx3-ubyte", 16).reshape(-1, 784).float() / 256
    return x, idx(folder, which + "-labels-idx1-ubyte", 8).long()


def run(rule, batch, data, test, seconds):
    x, t = data
    hidden, output = torch.nn.Linear(784, 128), torch.nn.Linear(128, 10)
    parameters = [*hidden.parameters(), *output.parameters()]
    rate = {1: 0.01, 100: 0.1}[batch]
    optimiser = torch.optim.SGD(parameters, lr=rate)
    b = torch.randint(0, 2, (10, 128)).float() * 2 - 1

    def by_bp(x, t):
        optimiser.zero_grad()
        F.cross_entropy(output(torch.tanh(hidden(x))), t).backward()
        optimiser.step()

    @torch.no_grad()
    def by_drtp(x, t):
        y = torch.tanh(hidden(x))
        e = torch.softmax(output(y), 1) - F.one_hot(t, 10)
        d = -b[t] * (1 - y * y) * 0.05
        for layer, d, y in ((output, e, y), (hidden, d, x)):
            layer.weight.addmm_(d.T, y, alpha=-rate / len(x))
            layer.bias.add_(d.mean(0), alpha=-rate)

    step = {"bp": by_bp, "drtp": by_drtp}[rule]
    samples, begin = 0, time.process_time()
    while True:
        order = torch.randperm(len(x))
        for some in order.split(batch):
            step(x[some], t[some])
            samples += len(some)
            elapsed = time.process_time() - begin
            if elapsed > seconds:
                with torch.no_grad():
                    right = (output(torch.tanh(hidden(test[0]))).argmax(1) == test[1]).float().mean()
                print(f"torch {torch.__version__} {rule} batch {batch}: {samples / elapsed:.0f} samples/s, "
                      f"test accuracy {right:.4f} after {samples} samples", flush=True)
                return


def main():
    folder, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 10
    data, test = load(folder, "train"), load(folder, "t10k")
    for rule in ("bp", "drtp"):
        for batch in (1, 100):
            run(rule, batch, data, test, seconds)


main()
