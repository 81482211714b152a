namespace TorchSharp;

// Random numbers.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor bernoulli(Generator? generator = null) => Op.Call("aten::bernoulli", this, generator);
        public Tensor bernoulli_(Tensor p, Generator? generator = null) => Op.InPlace(this, "aten::bernoulli_.Tensor", this, p, generator);
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => Op.InPlace(this, "aten::bernoulli_.float", this, p, generator);
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) => Op.Call("aten::multinomial", this, num_samples, replacement, generator);
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) => Op.InPlace(this, "aten::normal_", this, mean, std, generator);
        public Tensor uniform_(double from, double to, Generator? generator = null) => Op.InPlace(this, "aten::uniform_", this, from, to, generator);
    }
}
