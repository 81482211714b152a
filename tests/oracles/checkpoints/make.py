#!/usr/bin/env python3
"""Makes the checkpoints in this folder through torch.save itself, from weights that the formula of golden/SPEC.md gives.

Needs torch (Debian: apt-get install python3-torch). Only whoever changes the fixtures runs it; the tests read what it wrote.
Lightning is not needed: the few of its classes that its checkpoints pickle are put in place below, under their names.
"""
import collections
import enum
import functools
import math
import pathlib
import sys
import types

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
SALT = "import"
EPOCH = 7


def seed_of(text):
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = ((h ^ byte) * 0x100000001B3) % 2**64
    return h


def draws(seed, count):
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return (z ^ (z >> np.uint64(31))) >> np.uint64(40)


def symmetric(seed, shape, amplitude):
    sym = (draws(seed, math.prod(shape)).astype(np.int64) - 2**23).astype(np.float32) * np.float32(2.0**-23)
    return torch.from_numpy((sym * np.float32(amplitude)).reshape(shape))


def pair(seed, shape, gain):
    made = symmetric(seed, shape, gain * math.sqrt(3 / math.prod(shape[1:])))
    if shape[1] % 2 == 0:
        made[:, 1::2] = -made[:, 0::2]
    return made


def affine(seed, shape, lower, width):
    unit = draws(seed, math.prod(shape)).astype(np.float32) * np.float32(2.0**-24)
    return torch.from_numpy((np.float32(lower) + unit * np.float32(width)).reshape(shape))


def norm(seed, key, shape):
    if key.endswith("running_var"):
        return affine(seed, shape, 0.5, 1.0)
    return affine(seed, shape, 0.75, 0.5) if key.endswith(".weight") else symmetric(seed, shape, 0.1)


def attention(model, channels, classes, branch, fusion):
    """The official module's state dict."""
    weights = collections.OrderedDict()

    def put(key, rule, *shape):
        weights[key] = rule(seed_of(f"{SALT}/{model}/{key}"), shape)

    for i, width in enumerate(channels):
        put(f"convs.{i}.weight", lambda seed, shape: pair(seed, shape, branch), width, width, 1, 1)
        put(f"convs.{i}.bias", lambda seed, shape: symmetric(seed, shape, 0.1), width)
    for i, width in enumerate(channels):
        for part in ("weight", "bias", "running_mean", "running_var"):
            key = f"bns.{i}.{part}"
            put(key, lambda seed, shape: norm(seed, key, shape), width)
        weights[f"bns.{i}.num_batches_tracked"] = torch.tensor(1000)
    put("fuser.weight", lambda seed, shape: pair(seed, shape, fusion), classes, sum(channels), 1, 1)
    put("fuser.bias", lambda seed, shape: symmetric(seed, shape, 0.5), classes)
    return weights


def toy_cnn():
    weights = collections.OrderedDict()
    for key, shape, gain in (("conv1", (16, 3, 3, 3), 1.75), ("conv2", (24, 16, 3, 3), 1.75), ("conv3", (32, 24, 3, 3), 1.75), ("fc", (10, 32), 2.5)):
        weights[f"{key}.weight"] = pair(seed_of(f"{SALT}/toy_cnn/{key}.weight"), shape, gain)
        weights[f"{key}.bias"] = symmetric(seed_of(f"{SALT}/toy_cnn/{key}.bias"), shape[:1], 0.1)
    return weights


def behind(prefix, weights):
    return collections.OrderedDict((prefix + key, value) for key, value in weights.items())


def stand_in(module, name, base=object):
    """A class under the module and name that a checkpoint has to mention."""
    parts = module.split(".")
    for i in range(1, len(parts) + 1):
        sys.modules.setdefault(".".join(parts[:i]), types.ModuleType(".".join(parts[:i])))
    made = type(name, (base,), {"__module__": module})
    setattr(sys.modules[module], name, made)
    return made


AttributeDict = stand_in("pytorch_lightning.utilities.parsing", "AttributeDict", dict)
Progress = stand_in("lightning.pytorch.loops.progress", "_Progress")
stand_in("lightning.pytorch.trainer.states", "TrainerFn")
TrainerFn = enum.Enum("TrainerFn", {"FITTING": "fit"}, module="lightning.pytorch.trainer.states")
sys.modules["lightning.pytorch.trainer.states"].TrainerFn = TrainerFn


def lightning(state_dict):
    """What Trainer.save_checkpoint writes: the state dict among pickled objects of Lightning and of the training script."""
    progress = Progress()
    progress.total, progress.current = 8, {"ready": 8, "completed": 7}
    hyper = AttributeDict(model_name="vit_b_16", lr=1e-3, root=pathlib.PurePosixPath("data/imagenet"), optimizer=functools.partial(torch.optim.SGD, nesterov=True))
    momenta = {0: {"momentum_buffer": torch.zeros(4)}}
    return {
        "epoch": EPOCH, "global_step": 320296, "pytorch-lightning_version": "2.1.0", "state_dict": state_dict,
        "loops": {"fit_loop": {"epoch_progress": progress, "stage": TrainerFn.FITTING}},
        "callbacks": {"ModelCheckpoint{'monitor': 'val_loss'}": {"best_model_score": torch.tensor(1.5), "best_model_path": "epoch=7.ckpt"}},
        "optimizer_states": [{"state": momenta, "param_groups": [{"lr": 4e-9, "momentum": 0.95, "nesterov": True, "params": [0]}]}],
        "lr_schedulers": [{"total_steps": 320296, "anneal_func": math.cos, "_last_lr": [4e-9]}],
        "hparams_name": "kwargs", "hyper_parameters": hyper,
    }


def save(name, what, zip):
    (HERE / name).parent.mkdir(exist_ok=True)
    torch.save(what, HERE / name, _use_new_zipfile_serialization=zip)


class SingleLogit(torch.nn.Module):
    """A user's own model: one logit, two taps, no method head."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.last = torch.nn.Conv2d(3, 4, 3, 2, 1), torch.nn.Conv2d(4, 6, 3, 2, 1), torch.nn.Linear(6, 1)
        for key, parameter in self.named_parameters():
            shape, seed = tuple(parameter.shape), seed_of(f"{SALT}/single_logit/{key}")
            parameter.data = symmetric(seed, shape, 0.1) if key.endswith("bias") else symmetric(seed, shape, 2 * math.sqrt(3 / math.prod(shape[1:])))

    def forward(self, x):
        one = torch.relu(self.first(x))
        two = torch.relu(self.second(one))
        return self.last(two.mean([2, 3])), one, two


def main():
    torch.jit.script(SingleLogit().eval()).save(str(HERE / "single-logit.pt"))
    vit = attention("toy_vit.attn.ln.TTAME", (48, 48, 48), 10, 0.25, 1.5)
    cnn, backbone = attention("toy_cnn.attn.pools.TTAME", (16, 24, 32), 10, 0.5, 1.5), toy_cnn()
    for folder, zip in (("zip", True), ("legacy", False)):
        # The official module wraps a transformer's mechanism in a Sequential; the frozen backbone lies beside it.
        save(f"{folder}/toy_vit_TTAME.ckpt", lightning(collections.OrderedDict([("generic.body.class_token", torch.ones(1, 1, 48)), *behind("generic.attn_mech.1.", vit).items()])), zip)
        save(f"{folder}/toy_cnn_TTAME.ckpt", lightning(collections.OrderedDict([*behind("generic.body.", backbone).items(), *behind("generic.attn_mech.", cnn).items()])), zip)
        save(f"{folder}/toy_cnn-parallel.pth", {"epoch": EPOCH, "arch": "toy_cnn", "state_dict": behind("module.", backbone), "best_acc1": torch.tensor(71.5)}, zip)
        # Views: a transposed one, two into one storage, a scalar's, another dtype.
        whole = torch.arange(24, dtype=torch.float32)
        save(f"{folder}/views.pt", collections.OrderedDict(whole=whole, turned=whole.view(4, 6).t(), part=whole[5:17:3], half=whole[:3].half(), wide=whole[:2].double(),
                                                          counter=torch.tensor(3), flags=torch.tensor([True, False]), brain=whole[:4].bfloat16(), none=torch.zeros(0, 3),
                                                          learned=torch.nn.Parameter(whole[2:4])), zip)


main()
