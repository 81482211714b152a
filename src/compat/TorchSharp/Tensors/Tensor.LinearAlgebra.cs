namespace TorchSharp;

// Linear algebra.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1f, float alpha = 1f) => Op.Call("aten::addbmm", this, batch1, batch2, (double)beta, (double)alpha);
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1f, float alpha = 1f) => Op.Call("aten::addmm", this, mat1, mat2, (double)beta, (double)alpha);
        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1f, float alpha = 1f) => Op.Call("aten::addmv", this, mat, vec, (double)beta, (double)alpha);
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1f, float alpha = 1f) => Op.Call("aten::baddbmm", this, batch1, batch2, (double)beta, (double)alpha);
        public Tensor bmm(Tensor batch2) => Op.Call("aten::bmm", this, batch2);
        public Tensor det() => Op.Call("aten::det", this);
        public Tensor dot(Tensor target) => Op.Call("aten::dot", this, target);
        public Tensor inverse() => Op.Call("aten::inverse", this);
        public Tensor matmul(Tensor target) => Op.Call("aten::matmul", this, target);
        public Tensor mm(Tensor target) => Op.Call("aten::mm", this, target);
        public Tensor mv(Tensor target) => Op.Call("aten::mv", this, target);
        public Tensor outer(Tensor vec2) => Op.Call("aten::outer", this, vec2);
        public Tensor tensordot(Tensor b, (long, long)[] dims) => tensordot(b, [.. dims.Select(d => d.Item1)], [.. dims.Select(d => d.Item2)]);
        public Tensor tensordot(Tensor b, long dims = 2) => tensordot(b, [.. Enumerable.Range((int)(ndim - dims), (int)dims).Select(d => (long)d)], [.. Enumerable.Range(0, (int)dims).Select(d => (long)d)]);
        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2) => Op.Call("aten::tensordot", this, b, dims1, dims2);
        public Tensor trace() => Op.Call("aten::trace", this);
    }
}
