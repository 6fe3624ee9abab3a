"""Clusters: texts that mean nearly the same, by their sentence vectors."""

from __future__ import annotations

import numpy as np

from wizard.judge.ground import Floats, Ints
from wizard.judge.inputs import Matrix

COMPARED = 3_000
"""So many texts are compared with each other; others go to the cluster that is nearest."""


def linked(vectors: Matrix, apart: float) -> Ints:
    """For each vector (a row, of length one) the number of its cluster from 0, in the order in which they are met.

    Average linkage up to that cosine distance (Sokal and Michener 1958).
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(vectors) < 2:
        return np.zeros(len(vectors), np.int64)
    distances = 1 - vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    np.fill_diagonal(distances, 0)
    joined = linkage(squareform(np.clip(distances, 0, 2), checks=False), "average")
    _, first, numbers = np.unique(fcluster(joined, apart, "distance"), return_index=True, return_inverse=True)
    return np.asarray(first.argsort().argsort()[numbers], np.int64)


def centroids_of(vectors: Matrix, clusters: Ints, weights: Floats) -> Matrix:
    """The centroid of each cluster, a row of length one: of (n, width) vectors, their clusters and weights (n,)."""
    centroids = np.zeros((int(clusters.max(initial=-1)) + 1, vectors.shape[1]), np.float32)
    np.add.at(centroids, clusters, (vectors * weights[:, None]).astype(np.float32))
    return np.asarray(centroids / np.maximum(np.linalg.norm(centroids, axis=1, keepdims=True), 1e-9))


def nearest(vectors: Matrix, centroids: Matrix, apart: float) -> Ints:
    """For each vector (a row) the number of the cluster whose centroid is nearest, −1 where none is within that cosine
    distance.
    """
    if not len(centroids):
        return np.full(len(vectors), -1)
    near = vectors @ centroids.T
    return np.where(near.max(axis=1) >= 1 - apart, near.argmax(axis=1), -1)
