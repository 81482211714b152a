"""Noisy linear imputation without its noise, as the ROAD authors solve it: assemble a sparse system, scipy.sparse.linalg.spsolve.

usage: road_scipy.py FOLDER PROCESSES
reads FOLDER/pictures.npy (N,3,H,W) float32 and FOLDER/removed.npy (S,N,H,W) uint8,
writes FOLDER/imputed.npy (S,N,3,H,W) float32, prints the seconds that assembling and solving took.
"""
import sys
import time
from multiprocessing import Pool

import numpy as np
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import spsolve

NEIGHBOURS = [(dy, dx, 1 / 6 if dy == 0 or dx == 0 else 1 / 12) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx]


def impute(job):
    picture, removed = job
    channels, height, width = picture.shape
    ys, xs = np.nonzero(removed)
    count = len(ys)
    row_of = np.full((height, width), -1)
    row_of[ys, xs] = np.arange(count)
    diagonal, right = np.zeros(count), np.zeros((count, channels))
    rows, columns, values = [], [], []
    for dy, dx, weight in NEIGHBOURS:
        y, x = ys + dy, xs + dx
        inside = np.nonzero((y >= 0) & (y < height) & (x >= 0) & (x < width))[0]
        y, x = y[inside], x[inside]
        diagonal[inside] += weight
        other = row_of[y, x]
        unknown = other >= 0
        rows.append(inside[unknown])
        columns.append(other[unknown])
        values.append(np.full(unknown.sum(), -weight))
        right[inside[~unknown]] += weight * picture[:, y[~unknown], x[~unknown]].T
    rows.append(np.arange(count))
    columns.append(np.arange(count))
    values.append(diagonal)
    system = csc_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(count, count))
    result = picture.copy()
    result[:, ys, xs] = spsolve(system, right).reshape(count, channels).T
    return result


if __name__ == "__main__":
    folder, processes = sys.argv[1], int(sys.argv[2])
    pictures, removed = np.load(f"{folder}/pictures.npy").astype(np.float64), np.load(f"{folder}/removed.npy")
    jobs = [(pictures[n], removed[s, n]) for s in range(removed.shape[0]) for n in range(removed.shape[1])]
    with Pool(processes) as pool:
        pool.map(abs, range(processes))
        start = time.perf_counter()
        results = pool.map(impute, jobs, chunksize=1)
        seconds = time.perf_counter() - start
    np.save(f"{folder}/imputed.npy", np.stack(results).reshape(*removed.shape[:2], *pictures.shape[1:]).astype(np.float32))
    print(seconds)
