namespace TorchSharp;

// Copies and comparisons.
public static partial class torch
{
    public partial class Tensor
    {
        public long ReadCpuInt64(long i) => data<long>()[i];
        public float ReadCpuSingle(long i) => data<float>()[i];
        public Tensor alias() => Op.Call("aten::alias", this);
        public Tensor clone() => Op.Call("aten::clone", this);
        public Tensor detach() => Op.Call("aten::detach", this);
        public Tensor detach_() => Op.InPlace(this, "aten::detach_", this);
        public Tensor equal(Tensor target) => torch.tensor(Op.True("aten::equal", this, target));
        public Tensor isclose(Tensor other, double rtol = 1E-05, double atol = 1E-08, bool nanEqual = false) => Op.Call("aten::isclose", this, other, rtol, atol, nanEqual);
        public Tensor pin_memory() => Op.Call("aten::pin_memory", this);
        public Tensor set_(Tensor source) => Op.InPlace(this, "aten::set_.source_Tensor", this, source);
    }
}
